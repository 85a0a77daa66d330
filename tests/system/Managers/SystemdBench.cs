using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Managers;

/// <summary>Units of systemd; systemctl has the second word.</summary>
internal sealed class SystemdBench : IManagerBench
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opsrestart-bench-");
    private Units? _units;

    public ServiceNode Node(string name, params string[] needs) =>
        new()
        {
            Name = name,
            Service = Id(name),
            Needs = needs,
        };

    public async Task InstallAsync(params BenchService[] services)
    {
        foreach (var service in services)
        {
            await File.WriteAllTextAsync(ScriptOf(service.Name), service.Script);
        }

        _units = await Units.InstallAsync([.. services.Select(s => (Id(s.Name), Text(s)))]);
    }

    public Task StartAsync(params string[] names) => Shell.BashAsync($"systemctl start {string.Join(' ', names.Select(Id))}");

    public Task StopAsync(params string[] names) => Shell.BashAsync($"systemctl stop {string.Join(' ', names.Select(Id))}");

    public async Task<string?> PidAsync(string name) =>
        await Systemctl.StateAsync(Id(name)) == "active" ? await Systemctl.ShowAsync(Id(name), "MainPID") : null;

    public async ValueTask DisposeAsync()
    {
        if (_units is not null)
        {
            await _units.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static string Id(string name) => "t-bench-" + name;

    private string ScriptOf(string name) => Path.Combine(_folder.FullName, name);

    private string Text(BenchService service)
    {
        List<string> more = [FormattableString.Invariant($"TimeoutStopSec={service.StopSeconds}"), "KillMode=mixed"];
        if (service.NeverStarts)
        {
            more.Add("ExecStartPre=/bin/sleep 30");
        }

        return Units.Service($"/bin/bash {ScriptOf(service.Name)}", [.. more]);
    }
}
