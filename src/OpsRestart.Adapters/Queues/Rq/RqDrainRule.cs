using System.Globalization;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// When are RQ's workers done? In one snapshot nothing waits, nothing is started, no worker is busy, and every worker waits in its blocking pop:
/// for some milliseconds after a pop, a job is in no list and its worker still calls itself idle, but it does not block then.
/// </summary>
internal static class RqDrainRule
{
    /// <param name="all">The whole snapshot.</param>
    /// <param name="scope">Narrowed to the queues of the drain.</param>
    /// <param name="level">How far.</param>
    /// <param name="horses">Work horses of this machine that outlived their worker.</param>
    public static RqVerdict Judge(RqSnapshot all, RqSnapshot scope, DrainLevel level, IReadOnlyList<string> horses)
    {
        var live = scope.Workers.Where(static w => w.IsLive).ToList();
        var silent = scope.Workers.Where(static w => w.IsUnresponsive).Select(static w => w.Name).ToList();
        var started = scope.Queues.Sum(static q => q.Started);
        var reasons = Reasons(scope, live, level).Concat(horses).ToList();
        if (silent.Count > 0)
        {
            return new RqVerdict(DrainVerdict.NoReply, DrainConfidence.None, false, [$"{string.Join(", ", silent)}: connected, but its registration has expired", .. reasons]);
        }

        if (live.Count == 0 && horses.Count == 0)
        {
            return new RqVerdict(DrainVerdict.NoWorkers, DrainConfidence.None, false,
                [Text($"no worker serves these queues; {scope.Queues.Sum(static q => q.Ready)} job(s) wait, {started} are marked as started"), .. DeadLines(scope)]);
        }

        if (reasons.Count > 0)
        {
            return new RqVerdict(DrainVerdict.Busy, DrainConfidence.None, false, [.. reasons, .. DeadLines(scope)]);
        }

        return JudgePops(all, all.Workers.Count == scope.Workers.Count, live.Count);
    }

    private static RqVerdict JudgePops(RqSnapshot all, bool isWhole, int workers)
    {
        // A worker that was just given a job still calls itself idle and does not block: it makes the two numbers differ.
        var expected = all.Workers.Count(static w => w is { IsLive: true, IsSuspended: false, IsBusy: false });
        if (all.Blocked is not { } blocked)
        {
            return new RqVerdict(DrainVerdict.Drained, DrainConfidence.Timed, true, [Text($"{workers} worker(s) idle, nothing waits or is started; blocking pops can't be seen by this user")]);
        }

        if (blocked == expected)
        {
            return new RqVerdict(DrainVerdict.Drained, DrainConfidence.Exact, true,
                [Text($"{workers} worker(s): none busy; 0 waiting, 0 started"), Text($"{blocked} of {expected} worker(s) that take jobs wait in a blocking pop, so no job is on its way")]);
        }

        // More pops than workers: another program pops from this database, and it can't be told which pop is whose. The same when other
        // queues' workers are busy.
        return blocked > expected || !isWhole
            ? new RqVerdict(DrainVerdict.Drained, DrainConfidence.Timed, true, [Text($"{workers} worker(s) idle, nothing waits or is started; {blocked} blocking pops of {expected} workers can't be told apart")])
            : new RqVerdict(DrainVerdict.Busy, DrainConfidence.None, true, [Text($"{expected - blocked} worker(s) have just been given something, or start")]);
    }

    private static IEnumerable<string> Reasons(RqSnapshot scope, List<RqWorkerState> live, DrainLevel level)
    {
        var busy = live.Where(static w => w.IsBusy).ToList();
        if (busy.Count > 0)
        {
            yield return Text($"{busy.Count} job(s) run: ") + string.Join(", ", busy.Take(5).Select(static w => $"{w.CurrentJob ?? "one just begun"} on {w.Name}"));
        }

        long Sum(Func<RqQueueState, long> of) => scope.Queues.Sum(of);
        if (level != DrainLevel.Executing && Sum(static q => q.Ready) is > 0 and var waiting)
        {
            yield return Text($"{waiting} job(s) wait in the queues");
        }

        if (Sum(static q => q.Intermediate) is > 0 and var between)
        {
            yield return Text($"{between} job(s) are between queue and worker");
        }

        if (Sum(static q => q.Started) is > 0 and var started)
        {
            yield return Text($"{started} job(s) are marked as started");
        }

        if (level == DrainLevel.Quiescent && Sum(static q => q.Scheduled + q.Deferred) is > 0 and var later)
        {
            yield return Text($"{later} job(s) are scheduled or wait for others");
        }
    }

    private static IEnumerable<string> DeadLines(RqSnapshot scope) => scope.Workers
        .Where(static w => w is { IsRegistered: true, IsPresent: false, HasDeath: false, IsBusy: true })
        .Select(static w => $"{w.Name} on {w.HostName} is registered as busy and its process is gone: its job runs on without it, or is lost");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
