using OpsRestart.Core.Probes;
using static System.FormattableString;

namespace OpsRestart.Core.Queues;

/// <summary>Whether what waits in a queue is bearable. The same for the cmdlet and for the probe of graphs.</summary>
internal static class BacklogRule
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <param name="queue">As it is now.</param>
    /// <param name="limits">What is bearable.</param>
    /// <param name="rate">Tasks of this queue a second; only needed where the limits ask for a time.</param>
    /// <param name="standsFor">How long nothing was done in it, as far as it was looked at.</param>
    public static BacklogVerdict Judge(WorkQueue queue, BacklogLimits limits, double? rate = null, TimeSpan standsFor = default)
    {
        var consumers = new Limits(Min: limits.MinConsumers > 0 ? limits.MinConsumers : null);
        var verdict = queue switch
        {
            { IsCounted: false } => new BacklogVerdict(
                ProbeStatus.Unknown,
                "NotCounted",
                $"{queue.Name} does not tell how much waits: its node may be down. Look at the broker."
            ),
            { Ready: > 0, Consumers: 0 } => Bad(
                "NoWorkers",
                queue.Suspended == SuspensionState.Yes
                    ? Invariant($"{queue.Ready} tasks wait in {queue.Name}, which is suspended. Resume it.")
                    : Invariant($"{queue.Ready} tasks wait in {queue.Name} and no worker consumes it. Start a worker.")
            ),
            _ when consumers.Breach(queue.Consumers) is not null => Bad(
                "TooFewConsumers",
                Invariant($"{queue.Consumers} workers consume {queue.Name}, fewer than {limits.MinConsumers}. See which is missing.")
            ),
            _ when standsFor >= limits.StuckAfter && queue.Ready > limits.StuckOver => Bad(
                "Stuck",
                Invariant($"{queue.Ready} tasks wait in {queue.Name}, and nothing was done for {Duration.Format(standsFor)}. ")
                    + "See what its workers do."
            ),
            { OldestAge: { } oldest } when oldest > limits.MaxAge => Bad(
                "TooOld",
                $"The oldest task in {queue.Name} has been waiting for {Duration.Format(oldest)}, longer than "
                    + $"{Duration.Format(limits.MaxAge.Value)}."
            ),
            _ when !limits.TimeToClear.IsEmpty => InTime(queue, limits, rate),
            _ => Counted(queue, limits.Count) ?? Good(queue),
        };
        return verdict with
        {
            Measures = queue.IsCounted
                ?
                [
                    .. limits.Count.Measure($"{queue.Name} waiting", queue.Ready),
                    .. consumers.Measure($"{queue.Name} consumers", queue.Consumers),
                    .. verdict.Measures,
                ]
                : [],
        };
    }

    private static BacklogVerdict? Counted(WorkQueue queue, Limits limits) =>
        limits.Breach(queue.Ready) is { } breach
            ? new BacklogVerdict(
                breach.Status,
                breach.IsHigh ? "TooMany" : "TooFew",
                Invariant($"{queue.Ready} tasks wait in {queue.Name}, {breach.Than} {breach.Bound:0.######}. ")
                    + "Add workers, or see why they are slow."
            )
            : null;

    private static BacklogVerdict InTime(WorkQueue queue, BacklogLimits limits, double? rate)
    {
        if (queue.Ready == 0)
        {
            return Good(queue) with { Measures = limits.TimeToClear.Measure($"{queue.Name} clear", 0, "s") };
        }

        if (rate is not { } perSecond)
        {
            return Counted(queue, limits.CountWithoutRate)
                ?? new BacklogVerdict(
                    limits.CountWithoutRate.IsEmpty ? ProbeStatus.Unknown : ProbeStatus.Healthy,
                    limits.CountWithoutRate.IsEmpty ? "NoRate" : "OK",
                    Invariant($"{queue.Ready} tasks wait in {queue.Name}; how fast they are done could not be measured.")
                );
        }

        if (perSecond <= 0)
        {
            return Bad(
                "Stalled",
                Invariant($"{queue.Ready} tasks wait in {queue.Name}, and none was seen to be done while it was looked at.")
            );
        }

        var needed = TimeSpan.FromSeconds(Math.Min(queue.Ready / perSecond, Longest.TotalSeconds));
        var took = Invariant($"{queue.Ready} tasks in {queue.Name} at {perSecond:0.###} a second take {Duration.Format(needed)}");
        var verdict = limits.TimeToClear.Breach(needed.TotalSeconds) is { } breach
            ? new BacklogVerdict(breach.Status, "TooSlow", $"{took}, longer than {Duration.Format(TimeSpan.FromSeconds(breach.Bound))}.")
            : new BacklogVerdict(ProbeStatus.Healthy, "OK", $"{took}.");
        return verdict with { Measures = limits.TimeToClear.Measure($"{queue.Name} clear", needed.TotalSeconds, "s") };
    }

    private static BacklogVerdict Bad(string reason, string detail) => new(ProbeStatus.Unhealthy, reason, detail);

    private static BacklogVerdict Good(WorkQueue queue) =>
        new(ProbeStatus.Healthy, "OK", Invariant($"{queue.Name}: {queue.Ready} waiting."));
}
