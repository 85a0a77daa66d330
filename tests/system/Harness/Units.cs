namespace OpsRestart.Tests.System.Harness;

/// <summary>Unit files for one test. Disposing stops and removes them, whatever the test did to them.</summary>
internal sealed class Units : IAsyncDisposable
{
    private const string Folder = "/run/systemd/system";
    private readonly List<string> _names = [];

    /// <summary>Writes units (a name without suffix gets .service) and reloads systemd once.</summary>
    public static async Task<Units> InstallAsync(params (string Name, string Text)[] units)
    {
        var installed = new Units();
        foreach (var (name, text) in units)
        {
            var file = name.Contains('.', StringComparison.Ordinal) ? name : name + ".service";
            Assert.False(File.Exists(Path.Combine("/etc/systemd/system", file)), $"{file} is a fixture, which would be used in its place");
            await File.WriteAllTextAsync(Path.Combine(Folder, file), text);
            installed._names.Add(file);
        }

        await ReloadAsync();
        return installed;
    }

    /// <summary>A service that runs <paramref name="command"/>; more lines of its [Service] section may follow.</summary>
    public static string Service(string command, params string[] more) => $"[Service]\nExecStart={command}\n{string.Join('\n', more)}\n";

    public async ValueTask DisposeAsync()
    {
        // A unit that refuses its stop must not hold up the tests behind it.
        await Systemctl.RunAsync(["kill", "-s", "KILL", .. _names]);
        await Systemctl.RunAsync(["stop", .. _names]);
        await Systemctl.RunAsync(["reset-failed", .. _names]);
        foreach (var name in _names)
        {
            File.Delete(Path.Combine(Folder, name));
        }

        await ReloadAsync();
    }

    private static async Task ReloadAsync()
    {
        var result = await Systemctl.RunAsync("daemon-reload");
        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
