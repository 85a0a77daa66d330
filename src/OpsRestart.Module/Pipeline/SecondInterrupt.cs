using System.Runtime.InteropServices;

namespace OpsRestart.Pipeline;

/// <summary>Hears a second Ctrl-C: PowerShell itself ignores it while the first one is still being answered.</summary>
internal static class SecondInterrupt
{
    public static IDisposable Watch(CancellationTokenSource leave) =>
        PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            context =>
            {
                context.Cancel = true;
                leave.Cancel();
            }
        );
}
