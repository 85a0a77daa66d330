using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Systemd.Native;

internal static class Errno
{
    public const int Interrupted = 4;
    public const int NoAccess = 13;
    public const int ConnectionReset = 104;
    public const int NotConnected = 107;

    /// <summary>The C library's words for an errno: "Connection reset by peer".</summary>
    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
