using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Commands;

/// <summary>kill(2).</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;

    /// <returns>Whether it was sent; not to one that is gone, or is somebody else's.</returns>
    public static bool Send(int pid, int signal) => pid > 1 && SendTo(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendTo(int pid, int signal);
}
