namespace OpsRestart.Adapters.Commands;

/// <summary>
/// What goes before a command that starts a service, so that what it leaves running has a scope of its own: it enters that by
/// <c>systemd-run --scope</c>, which goes on in the same process.
/// </summary>
internal static class CommandScope
{
    /// <summary>
    /// None where there is no systemd, or this user may not make scopes: what it starts stays in this process' group then.
    /// </summary>
    public static IReadOnlyList<string> Words(string what) =>
        Environment.IsPrivilegedProcess && Directory.Exists("/run/systemd/system") && File.Exists("/usr/bin/systemd-run")
            ? ["/usr/bin/systemd-run", "--scope", "--quiet", "--collect", $"--description=started by opsrestart: {what}", "--"]
            : [];
}
