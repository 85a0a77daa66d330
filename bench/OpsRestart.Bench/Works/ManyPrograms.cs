using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Services;

namespace OpsRestart.Bench.Works;

/// <summary>A supervisord of the benchmark's own, as a unit: 200 programs, and a group of 20 that take 2 s to stop.</summary>
internal sealed class ManyPrograms : IAsyncDisposable
{
    public const int Count = 200;
    public const int Slow = 20;
    private const string Unit = "opsrestart-bench-supervisor";
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-bench-").FullName;

    /// <summary>What supervisorctl is called with.</summary>
    public string Control => $"supervisorctl -c {_folder}/supervisord.conf";

    public ManagerTarget Target => new(ServiceManagerKind.Supervisor, Socket: $"unix://{_folder}/s.sock");

    /// <summary>Starts it, and waits until all programs run.</summary>
    public static async Task<ManyPrograms> StartAsync(CancellationToken cancellationToken)
    {
        var programs = new ManyPrograms();
        await File.WriteAllTextAsync(Path.Combine(programs._folder, "supervisord.conf"), programs.Configuration, cancellationToken);
        await Admin.TypesAsync(
            $"""
            systemd-run --quiet --unit={Unit} --property=LimitNOFILE=65536 supervisord -n -c {programs._folder}/supervisord.conf
            until [ "$({programs.Control} status 2>/dev/null | grep -c RUNNING)" = {Count + Slow} ]; do sleep 0.2; done
            """,
            cancellationToken
        );
        return programs;
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.TypesAsync($"systemctl stop {Unit} || true", CancellationToken.None);
        Directory.Delete(_folder, recursive: true);
    }

    private string Configuration =>
        $"""
            [unix_http_server]
            file={_folder}/s.sock
            [supervisord]
            logfile={_folder}/supervisord.log
            pidfile={_folder}/supervisord.pid
            childlogdir={_folder}
            minfds=4096
            [supervisorctl]
            serverurl=unix://{_folder}/s.sock
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            [program:many]
            command=/bin/sleep infinity
            process_name=many_%(process_num)03d
            numprocs={Count}
            stdout_logfile=NONE
            stderr_logfile=NONE
            [program:slow]
            command=/bin/bash -c "trap 'sleep 2; exit 0' TERM; while true; do sleep 0.05; done"
            process_name=slow_%(process_num)02d
            numprocs={Slow}
            stdout_logfile=NONE
            stderr_logfile=NONE

            """;
}
