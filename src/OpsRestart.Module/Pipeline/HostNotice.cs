using System.Management.Automation.Host;

namespace OpsRestart.Pipeline;

/// <summary>
/// Tells the person something while the pipeline is being stopped: every Write* of a stopped cmdlet throws, the host itself still listens.
/// </summary>
internal static class HostNotice
{
    public static void Write(PSCmdlet cmdlet, string text) => Try(() => cmdlet.Host?.UI?.WriteWarningLine(ShownText.Of(text)));

    public static void EndProgress(PSCmdlet cmdlet, ProgressRecord end) => Try(() => cmdlet.Host?.UI?.WriteProgress(0, end));

    private static void Try(Action say)
    {
        try
        {
            say();
        }
        catch (Exception e) when (e is HostException or InvalidOperationException or NotImplementedException or IOException)
        {
            // A host without a user interface: nothing can be shown.
        }
    }
}
