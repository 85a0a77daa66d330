using System.Diagnostics;
using OpsRestart.Adapters.Supervisor;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Supervisor;

/// <summary>A supervisord of this test's own in a folder of its own. At its end nothing of it is left.</summary>
internal sealed class SupervisorServer : IAsyncDisposable
{
    private Process? _process;
    private Units? _unit;

    private SupervisorServer(string folder) => Folder = folder;

    public string Folder { get; }

    public string Socket => Path.Combine(Folder, "s.sock");

    public string Address => "unix://" + Socket;

    public int Pid => _process!.Id;

    /// <param name="programs">Sections, as in <c>[program:web]</c>.</param>
    /// <param name="servers">More sections, as in <c>[inet_http_server]</c>.</param>
    public static async Task<SupervisorServer> StartAsync(string programs, string servers = "")
    {
        TestHost.Needs("supervisord", "supervisor");
        var server = new SupervisorServer(Directory.CreateTempSubdirectory("opsrestart-supervisor-").FullName);
        await server.WriteAsync(programs, servers);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>The same as a unit of systemd, t-supervisor.</summary>
    public static async Task<SupervisorServer> AsUnitAsync(string programs)
    {
        TestHost.Needs("supervisord", "supervisor");
        var server = new SupervisorServer(Directory.CreateTempSubdirectory("opsrestart-supervisor-").FullName);
        await server.WriteAsync(programs);
        server._unit = await Units.InstallAsync(
            ("t-supervisor", Units.Service($"/usr/bin/supervisord --nodaemon --configuration {server.Folder}/supervisord.conf"))
        );
        await Shell.BashAsync("systemctl start t-supervisor");
        await server.ListensAsync();
        return server;
    }

    /// <summary>The node of that unit.</summary>
    public ServiceNode Node() =>
        new()
        {
            Name = "supervisor",
            Service = "t-supervisor",
            Ready =
            [
                new ProbeDefinition
                {
                    Kind = "exec",
                    Target = "supervisorctl",
                    Settings = new Dictionary<string, object?>
                    {
                        ["arguments"] = new List<object?> { "-c", Path.Combine(Folder, "supervisord.conf"), "pid" },
                    },
                },
            ],
        };

    /// <summary>A node called as its program.</summary>
    public ServiceNode Program(string name, params string[] needs) =>
        new()
        {
            Name = name,
            Service = name,
            Manager = ServiceManagerKind.Supervisor,
            Socket = Address,
            Needs = needs,
        };

    /// <summary>Waits until supervisorctl says RUNNING of each.</summary>
    public Task RunningAsync(params string[] names) =>
        Eventually.IsTrueAsync(async () =>
        {
            var status = (await ControlAsync("status")).Split('\n');
            return names.All(n =>
                status.Any(l => l.StartsWith(n + " ", StringComparison.Ordinal) && l.Contains("RUNNING", StringComparison.Ordinal))
            );
        });

    public async Task<List<string>> PidsAsync(params string[] names)
    {
        var pids = new List<string>();
        foreach (var name in names)
        {
            pids.Add(await ControlAsync("pid", name));
        }

        return pids;
    }

    /// <summary>Every process that bears its address, a line each.</summary>
    public Task<string> ProcessesAsync() => Shell.BashAsync($"grep -lsza '^SUPERVISOR_SERVER_URL={Address}$' /proc/[0-9]*/environ || true");

    public Task WriteAsync(string programs, string servers = "") =>
        File.WriteAllTextAsync(
            Path.Combine(Folder, "supervisord.conf"),
            $"""
            [unix_http_server]
            file={Socket}
            [supervisord]
            logfile={Folder}/supervisord.log
            pidfile={Folder}/supervisord.pid
            childlogdir={Folder}
            [supervisorctl]
            serverurl={Address}
            [rpcinterface:supervisor]
            supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
            {servers}
            {programs}

            """
        );

    public async Task StartAgainAsync()
    {
        string[] arguments = ["--nodaemon", "--configuration", Path.Combine(Folder, "supervisord.conf")];
        _process = Process.Start(new ProcessStartInfo("/usr/bin/supervisord", arguments) { RedirectStandardOutput = true })!;
        _process.BeginOutputReadLine();
        await ListensAsync();
    }

    private Task ListensAsync() =>
        Eventually.IsTrueAsync(async () =>
            (await Shell.RunAsync("supervisorctl", ["-c", Path.Combine(Folder, "supervisord.conf"), "pid"])).ExitCode == 0
        );

    /// <summary>kill -9: its programs go on without it.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public Task<SupervisorManager> ConnectAsync() =>
        SupervisorManager.ConnectAsync(Address, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>What supervisorctl says: the second opinion.</summary>
    public async Task<string> ControlAsync(params string[] command) =>
        (await Shell.RunAsync("supervisorctl", ["-c", Path.Combine(Folder, "supervisord.conf"), .. command])).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("pkill", ["-CONT", "-F", Path.Combine(Folder, "supervisord.pid")]);
        if (_unit is not null)
        {
            await Shell.BashAsync("systemctl stop t-supervisor || true");
            await _unit.DisposeAsync();
        }

        if (_process is { HasExited: false })
        {
            await ControlAsync("shutdown");
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(10)));
        }

        // Programs whose supervisord was killed, and what left their process groups, still bear its address.
        await Shell.BashAsync(
            $"for e in $(grep -lsza '^SUPERVISOR_SERVER_URL={Address}$' /proc/[0-9]*/environ); do p=${{e#/proc/}}; kill -9 ${{p%/environ}} || true; done"
        );
        if (_process is { HasExited: false })
        {
            _process.Kill();
        }

        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
