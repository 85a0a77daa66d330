using System.Globalization;

namespace OpsRestart.Core.Drain;

/// <summary>Whether what waits in a queue is bearable. The same for the cmdlet and for the probe of graphs.</summary>
public static class BacklogRule
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <param name="queue">As it is now.</param>
    /// <param name="limits">What is bearable.</param>
    /// <param name="rate">Tasks of this queue a second; only needed where the limits ask for a time.</param>
    /// <returns>The verdict, a short stable word (empty when all is well), and a sentence.</returns>
    public static (ProbeStatus Status, string Reason, string Detail) Judge(WorkQueue queue, BacklogLimits limits, double? rate = null)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(limits);
        return queue switch
        {
            { IsCounted: false } => (ProbeStatus.Unknown, "NotCounted", $"{queue.Name} does not tell how much waits: its node may be down. Look at the broker."),
            { Ready: > 0, Consumers: 0 } => Bad("NoWorkers", queue.Suspended == SuspensionState.Yes
                ? Text($"{queue.Ready} tasks wait in {queue.Name}, which is suspended. Resume it.")
                : Text($"{queue.Ready} tasks wait in {queue.Name} and no worker consumes it. Start a worker.")),
            { OldestAge: { } oldest } when oldest > limits.MaxAge => Bad(
                "TooOld",
                $"The oldest task in {queue.Name} has been waiting for {Duration.Format(oldest)}, longer than {Duration.Format(limits.MaxAge.Value)}."),
            _ when limits.TimeToClear is { } allowed => InTime(queue, allowed, rate),
            _ when queue.Ready > limits.Max => Bad("TooMany", Text($"{queue.Ready} tasks wait in {queue.Name}, more than {limits.Max}. Add workers, or see why they are slow.")),
            _ => Good(queue),
        };
    }

    private static (ProbeStatus Status, string Reason, string Detail) InTime(WorkQueue queue, TimeSpan allowed, double? rate)
    {
        if (queue.Ready == 0)
        {
            return Good(queue);
        }

        if (rate is not { } perSecond)
        {
            return (ProbeStatus.Unknown, "NoRate", Text($"{queue.Ready} tasks wait in {queue.Name}; how fast they are done could not be measured."));
        }

        if (perSecond <= 0)
        {
            return Bad("Stalled", Text($"{queue.Ready} tasks wait in {queue.Name}, and it did not become shorter while it was looked at."));
        }

        var needed = TimeSpan.FromSeconds(Math.Min(queue.Ready / perSecond, Longest.TotalSeconds));
        var took = Text($"{queue.Ready} tasks in {queue.Name} at {perSecond:0.#} a second take {Duration.Format(needed)}");
        return needed > allowed ? Bad("TooSlow", $"{took}, longer than {Duration.Format(allowed)}.") : (ProbeStatus.Healthy, Waiting(queue), $"{took}.");
    }

    private static (ProbeStatus Status, string Reason, string Detail) Bad(string reason, string detail) => (ProbeStatus.Unhealthy, reason, detail);

    private static (ProbeStatus Status, string Reason, string Detail) Good(WorkQueue queue) => (ProbeStatus.Healthy, Waiting(queue), "");

    private static string Waiting(WorkQueue queue) => Text($"{queue.Ready} waiting");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
