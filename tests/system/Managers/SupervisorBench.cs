using OpsRestart.Tests.System.Supervisor;

namespace OpsRestart.Tests.System.Managers;

/// <summary>Programs of a supervisord; supervisorctl has the second word.</summary>
internal sealed class SupervisorBench : IManagerBench
{
    private SupervisorServer? _server;

    private SupervisorServer Server => _server ?? throw new InvalidOperationException("Install services first.");

    public ServiceNode Node(string name, params string[] needs) => Server.Program(name, needs);

    public async Task InstallAsync(params BenchService[] services)
    {
        _server = await SupervisorServer.StartAsync(string.Join('\n', services.Select(Text)));
        foreach (var service in services)
        {
            await File.WriteAllTextAsync(Path.Combine(_server.Folder, service.Name), service.Script);
        }
    }

    public Task StartAsync(params string[] names) => Server.ControlAsync(["start", .. names]);

    public Task StopAsync(params string[] names) => Server.ControlAsync(["stop", .. names]);

    public async Task<string?> PidAsync(string name) =>
        (await Server.ControlAsync("status", name)).Contains("RUNNING", StringComparison.Ordinal)
            ? await Server.ControlAsync("pid", name)
            : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static string Text(BenchService service) =>
        FormattableString.Invariant(
            $"""
            [program:{service.Name}]
            command=/bin/bash %(here)s/{service.Name}
            autostart=false
            autorestart=false
            startretries=0
            startsecs={(service.NeverStarts ? 30 : 1)}
            stopwaitsecs={service.StopSeconds}
            """
        );
}
