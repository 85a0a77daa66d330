namespace OpsRestart.Tests.System.Harness;

internal static class Systemctl
{
    /// <summary>Runs systemctl; exit codes other than 0 are the caller's to judge.</summary>
    public static Task<ShellResult> RunAsync(params string[] arguments) => Shell.RunAsync("systemctl", arguments);

    /// <summary>One property of a unit as systemctl shows it.</summary>
    public static async Task<string> ShowAsync(string unit, string property) =>
        (await RunAsync("show", unit, "--value", "-p", property)).Output.TrimEnd('\n');

    /// <summary>active, inactive, failed, activating …</summary>
    public static Task<string> StateAsync(string unit) => ShowAsync(unit, "ActiveState");
}
