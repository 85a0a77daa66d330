using System.Diagnostics;

namespace OpsRestart.Tests.System.Harness;

/// <summary>The end of the servers, workers and senders of a test's stack.</summary>
internal static class StackProcess
{
    /// <summary>Kills what still runs, with its children, and waits until it is gone.</summary>
    public static async Task EndAsync(params IEnumerable<Process?> processes)
    {
        foreach (var process in processes.OfType<Process>())
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }
}
