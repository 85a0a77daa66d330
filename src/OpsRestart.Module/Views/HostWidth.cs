using System.Management.Automation;
using System.Management.Automation.Host;

namespace OpsRestart.Views;

internal static class HostWidth
{
    private const int Usual = 120;

    /// <summary>The width of the person's screen; a usual one where there is none.</summary>
    public static int Of(PSCmdlet cmdlet)
    {
        try
        {
            return cmdlet.Host?.UI?.RawUI?.BufferSize.Width is { } width and > 0 ? width : Usual;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or InvalidOperationException)
        {
            return Usual;
        }
    }
}
