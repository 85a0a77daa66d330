using System.Globalization;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>
/// When are queues with unknown consumers drained? Nothing ready and nothing unacknowledged, in three looks 50 ms apart. A consumer that publishes
/// before it acknowledges keeps the sum of one queue above 0; but queues are read one after the other, so a message that moves between two of them can be missed
/// by one look, hence several. Unacknowledged messages of quorum queues are counted at a tick only: those have to be 0 for more than two ticks.
/// This is no strict proof, since nobody tells what consumers do, and the result says so.
/// </summary>
internal sealed class RabbitMqDrainRule(DrainLevel level, TimeSpan quorumTick)
{
    private const int LooksNeeded = 3;
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AfterTick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan WhileHolding = TimeSpan.FromMilliseconds(250);
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private TimeSpan since;
    private TimeSpan last;
    private int looks;

    /// <summary>Adds a look.</summary>
    /// <param name="at">When, on a clock that only goes forward.</param>
    /// <param name="queues">All queues that the drain is about.</param>
    public RabbitMqVerdict Add(TimeSpan at, IReadOnlyList<RabbitMqQueueState> queues)
    {
        if (Against(queues) is { } reasons)
        {
            Restart();
            return new RabbitMqVerdict(NobodyTakesTheRest(queues) ? DrainVerdict.NoWorkers : DrainVerdict.Busy, Waiting(queues), Held(queues), SoonAgain, reasons);
        }

        seen.UnionWith(queues.Select(static q => q.Name));
        if (Blind(queues) is { } why)
        {
            Restart();
            return new RabbitMqVerdict(DrainVerdict.Busy, Waiting(queues), Held(queues), WhileHolding, [$"nothing waits, but {why}"]);
        }

        return Count(at, queues);
    }

    /// <summary>The broker was away: what was seen before counts no more.</summary>
    public void Restart() => looks = 0;

    /// <summary>
    /// Why what consumers hold can't be seen; null when it can. Then waiting does not help: a message that is delivered at once never shows as ready, so a
    /// chain of them may go on for any time while the queues look empty.
    /// </summary>
    public static string? Blind(IReadOnlyList<RabbitMqQueueState> queues) =>
        queues.FirstOrDefault(static q => q.Silent > 0) is { } silent ? Text($"{silent.Silent} consumer(s) of '{silent.Name}' do not acknowledge")
            : queues.Any(static q => q.Exists && q.Unacked is null) ? "what was delivered and not acknowledged can't be seen without the management API"
            : null;

    private RabbitMqVerdict Count(TimeSpan at, IReadOnlyList<RabbitMqQueueState> queues)
    {
        if (looks == 0)
        {
            since = at;
        }

        if (looks == 0 || at - last >= Apart)
        {
            last = at;
            looks++;
        }

        var hold = Hold(queues);
        var held = at - since;
        return looks >= LooksNeeded && held >= hold
            ? new RabbitMqVerdict(DrainVerdict.Drained, Waiting(queues), 0, TimeSpan.Zero, Proof(queues, held))
            : new RabbitMqVerdict(DrainVerdict.Busy, Waiting(queues), 0, Pause(hold - held), [Text($"nothing is left; seen {looks} time(s) over {held.TotalSeconds:0.0} s{(hold > TimeSpan.Zero ? Text($" of {hold.TotalSeconds:0.#} s") : "")}")]);
    }

    private TimeSpan Hold(IReadOnlyList<RabbitMqQueueState> queues) => queues.Any(static q => q.UnackedIsOld) ? (2 * quorumTick) + AfterTick : TimeSpan.Zero;

    private static TimeSpan Pause(TimeSpan left) => left <= Apart ? Apart : left < WhileHolding ? left : WhileHolding;

    private List<string>? Against(IReadOnlyList<RabbitMqQueueState> queues)
    {
        var reasons = new List<string>();
        foreach (var queue in queues)
        {
            if (!queue.Exists)
            {
                reasons.Add(seen.Contains(queue.Name) ? $"'{queue.Name}' is gone: it was deleted, or its node is down" : $"'{queue.Name}' does not exist");
            }
            else if (queue.Ready is null)
            {
                reasons.Add($"'{queue.Name}' does not tell its numbers: its node may be down");
            }
            else if (queue.Unacked > 0 || (queue.Ready > 0 && (level != DrainLevel.Executing || queue.Consumers > 0)))
            {
                reasons.Add(Text($"'{queue.Name}': {queue.Ready} ready, {(queue.Unacked is { } unacked ? Text($"{unacked} unacknowledged") : "unacknowledged not visible")}, {queue.Consumers} consumer(s)"));
            }
        }

        return reasons.Count > 0 ? reasons : queues.Count > 0 ? null : ["there are no queues that are durable and shared in this virtual host"];
    }

    private static bool NobodyTakesTheRest(IReadOnlyList<RabbitMqQueueState> queues) =>
        queues.All(static q => q is { Exists: true, Ready: not null } && q.Unacked is null or 0 && (q.Ready == 0 || q.Consumers == 0));

    private List<string> Proof(IReadOnlyList<RabbitMqQueueState> queues, TimeSpan held)
    {
        var names = string.Join(", ", queues.Take(10).Select(static q => q.Name)) + (queues.Count > 10 ? " …" : "");
        var what = level == DrainLevel.Executing ? "0 unacknowledged, and nothing waits that anybody consumes" : "0 ready and 0 unacknowledged";
        List<string> lines = [Text($"{looks} looks over {held.TotalSeconds:0.0} s: {what} in {names}")];
        if (queues.Any(static q => q.UnackedIsOld))
        {
            lines.Add(Text($"quorum queues count unacknowledged messages every {quorumTick.TotalSeconds:0.#} s; they were 0 for longer than two of these"));
        }

        lines.Add("no strict proof: what consumers do besides is not known to RabbitMQ");
        return lines;
    }

    private static long Waiting(IReadOnlyList<RabbitMqQueueState> queues) => queues.Sum(static q => q.Ready ?? 0);

    private static long Held(IReadOnlyList<RabbitMqQueueState> queues) => queues.Sum(static q => q.Unacked ?? 0);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
