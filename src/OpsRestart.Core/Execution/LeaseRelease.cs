using OpsRestart.Core.Abstractions;

namespace OpsRestart.Core.Execution;

/// <summary>Gives back a suspension with patience: the broker may just be restarting, and a queue that stays suspended is worse than a short wait.</summary>
internal static class LeaseRelease
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<IReadOnlyList<string>> ResumeAsync(IQueueLease lease, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await lease.ResumeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OpsRestartException e) when (e.Error == OpsError.ConnectionFailed && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
