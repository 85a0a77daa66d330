using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>
/// When are queues with unknown consumers drained? Nothing ready and nothing unacknowledged, in three looks 50 ms apart. A consumer that
/// publishes before it acknowledges keeps the sum of one queue above 0; but queues are read one after the other, so a message that moves
/// between two of them can be missed by one look, hence several. Unacknowledged messages of quorum queues are counted at a tick only: those
/// have to be 0 for more than two ticks. This is no strict proof, since nobody tells what consumers do, and the result says so.
/// </summary>
internal static class RabbitMqDrainRule
{
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AfterTick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan WhileHolding = TimeSpan.FromMilliseconds(250);

    /// <param name="queues">All queues that the drain is about.</param>
    /// <param name="level">How far.</param>
    /// <param name="quorumTick">How old the numbers of quorum queues may be.</param>
    public static DrainObservation Judge(IReadOnlyList<RabbitMqQueueState> queues, DrainLevel level, TimeSpan quorumTick)
    {
        var seen = new DrainObservation
        {
            Verdict = DrainVerdict.Busy,
            Waiting = queues.Sum(static q => q.Ready ?? 0),
            Held = queues.Sum(static q => q.Unacked ?? 0),
        };
        if (Against(queues, level) is { } reasons)
        {
            return seen with
            {
                Verdict = NobodyTakesTheRest(queues) ? DrainVerdict.NoWorkers : DrainVerdict.Busy,
                RetryAfter = SoonAgain,
                Evidence = reasons,
            };
        }

        if (Blind(queues) is { } why)
        {
            return seen with { RetryAfter = WhileHolding, Evidence = [$"nothing waits, but {why}"] };
        }

        var ticks = queues.Any(static q => q.UnackedIsOld);
        return seen with
        {
            Verdict = DrainVerdict.Drained,
            Confidence = DrainConfidence.Timed,
            RetryAfter = ticks ? WhileHolding : Apart,
            Fingerprint = "",
            LooksNeeded = 3,
            LooksApart = Apart,
            LooksOver = ticks ? (2 * quorumTick) + AfterTick : TimeSpan.Zero,
            Evidence = Proof(queues, level, ticks ? quorumTick : null),
        };
    }

    /// <summary>
    /// Why what consumers hold can't be seen; null when it can. Then waiting does not help: a message that is delivered at once never shows
    /// as ready, so a chain of them may go on for any time while the queues look empty.
    /// </summary>
    public static string? Blind(IReadOnlyList<RabbitMqQueueState> queues) =>
        queues.FirstOrDefault(static q => q.Silent > 0) is { } silent
            ? Invariant($"{silent.Silent} consumer(s) of '{silent.Name}' do not acknowledge")
        : queues.Any(static q => q.Exists && q.Unacked is null)
            ? "what was delivered and not acknowledged can't be seen without the management API"
        : null;

    private static List<string>? Against(IReadOnlyList<RabbitMqQueueState> queues, DrainLevel level)
    {
        var reasons = new List<string>();
        foreach (var queue in queues)
        {
            if (!queue.Exists)
            {
                // A name that never was is refused before the first look.
                reasons.Add($"'{queue.Name}' is gone: it was deleted, or its node is down");
            }
            else if (queue.Ready is null)
            {
                reasons.Add($"'{queue.Name}' does not tell its numbers: its node may be down");
            }
            else if (queue.Unacked > 0 || (queue.Ready > 0 && (level != DrainLevel.Executing || queue.Consumers > 0)))
            {
                var unacked = queue.Unacked is { } count ? Invariant($"{count} unacknowledged") : "unacknowledged not visible";
                reasons.Add(Invariant($"'{queue.Name}': {queue.Ready} ready, {unacked}, {queue.Consumers} consumer(s)"));
            }
        }

        return reasons.Count > 0 ? reasons
            : queues.Count > 0 ? null
            : ["there are no queues that are durable and shared in this virtual host"];
    }

    private static bool NobodyTakesTheRest(IReadOnlyList<RabbitMqQueueState> queues) =>
        queues.All(static q => q is { Exists: true, Ready: not null } && q.Unacked is null or 0 && (q.Ready == 0 || q.Consumers == 0));

    private static List<string> Proof(IReadOnlyList<RabbitMqQueueState> queues, DrainLevel level, TimeSpan? tick)
    {
        var names = string.Join(", ", queues.Take(10).Select(static q => q.Name)) + (queues.Count > 10 ? " …" : "");
        var what =
            level == DrainLevel.Executing ? "0 unacknowledged, and nothing waits that anybody consumes" : "0 ready and 0 unacknowledged";
        List<string> lines = [$"{what} in {names}"];
        if (tick is { } every)
        {
            var seconds = Invariant($"{every.TotalSeconds:0.#} s");
            lines.Add($"quorum queues count unacknowledged messages every {seconds}, so they have to be 0 for longer than two of these");
        }

        lines.Add("no strict proof: what consumers do besides is not known to RabbitMQ");
        return lines;
    }
}
