using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// When are RQ's workers done? In one snapshot nothing waits, nothing is started, no worker is busy, and every worker waits in its blocking
/// pop: for some milliseconds after a pop, a job is in no list and its worker still calls itself idle, but it does not block then.
/// </summary>
internal static class RqDrainRule
{
    /// <param name="all">The whole look.</param>
    /// <param name="scope">Narrowed to the queues of the drain.</param>
    /// <param name="level">How far.</param>
    /// <param name="horses">Work horses of this machine that outlived their worker.</param>
    public static DrainObservation Judge(RqLook all, RqLook scope, DrainLevel level, IReadOnlyList<string> horses)
    {
        var live = scope.Workers.Where(static w => w.IsLive).ToList();
        var silent = scope.Workers.Where(static w => w.IsUnresponsive).Select(static w => w.Name).ToList();
        var started = scope.Queues.Sum(static q => q.Started);
        var reasons = Reasons(scope, live, level).Concat(horses).ToList();
        var busy = new DrainObservation
        {
            Verdict = DrainVerdict.Busy,
            Waiting = scope.Queues.Sum(static q => q.Ready + q.Intermediate),
            Held = level == DrainLevel.Quiescent ? scope.Queues.Sum(static q => q.Scheduled + q.Deferred) : 0,
            Executing = Math.Max(started, live.Count(static w => w.IsBusy)),
            RetryAfter = TimeSpan.FromMilliseconds(40),
            Workers = [.. live.Select(static w => w.Name)],
        };
        if (silent.Count > 0)
        {
            return busy with
            {
                Verdict = DrainVerdict.NoReply,
                Evidence = [$"{string.Join(", ", silent)}: connected, but its registration has expired", .. reasons],
            };
        }

        if (live.Count == 0 && horses.Count == 0)
        {
            var waiting = scope.Queues.Sum(static q => q.Ready);
            return busy with
            {
                Verdict = DrainVerdict.NoWorkers,
                Evidence =
                [
                    Invariant($"no worker serves these queues; {waiting} job(s) wait, {started} are marked as started"),
                    .. DeadLines(scope),
                ],
            };
        }

        return reasons.Count > 0 ? busy with { Evidence = [.. reasons, .. DeadLines(scope)] } : JudgePops(busy, all, scope);
    }

    private static DrainObservation JudgePops(DrainObservation busy, RqLook all, RqLook scope)
    {
        // A worker that was just given a job still calls itself idle and does not block: it makes the two numbers differ.
        var expected = all.Workers.Count(static w => w is { IsLive: true, IsSuspended: false, IsBusy: false });
        var idle = Invariant($"{busy.Workers.Count} worker(s) idle, nothing waits or is started");
        if (all.Blocked is not { } blocked)
        {
            return Twice(busy, scope, $"{idle}; blocking pops can't be seen by this user");
        }

        if (blocked == expected)
        {
            return busy with
            {
                Verdict = DrainVerdict.Drained,
                Confidence = DrainConfidence.Exact,
                Evidence =
                [
                    Invariant($"{busy.Workers.Count} worker(s): none busy; 0 waiting, 0 started"),
                    Invariant($"{blocked} of {expected} worker(s) that take jobs wait in a blocking pop, so no job is on its way"),
                ],
            };
        }

        // More pops than workers: another program pops from this database, and it can't be told which pop is whose. The same when other
        // queues' workers are busy.
        return blocked > expected || all.Workers.Count != scope.Workers.Count
            ? Twice(busy, scope, $"{idle}; {Invariant($"{blocked} blocking pops of {expected} workers can't be told apart")}")
            : busy with
            {
                RetryAfter = TimeSpan.FromMilliseconds(10),
                Evidence = [Invariant($"{expected - blocked} worker(s) have just been given something, or start")],
            };
    }

    /// <summary>
    /// Without the blocking pops a second look is needed: a worker that was between pop and work has counted or moved by then.
    /// </summary>
    private static DrainObservation Twice(DrainObservation busy, RqLook scope, string evidence) =>
        busy with
        {
            Verdict = DrainVerdict.Drained,
            Confidence = DrainConfidence.Timed,
            LooksNeeded = 2,
            LooksApart = TimeSpan.FromMilliseconds(250),
            Fingerprint = string.Join(
                ';',
                scope.Workers.Select(static w => $"{w.Name} {w.State} {w.Succeeded} {w.Failed} {w.LastHeartbeat:O}")
            ),
            Evidence = [evidence],
        };

    private static IEnumerable<string> Reasons(RqLook scope, List<RqWorkerState> live, DrainLevel level)
    {
        var busy = live.Where(static w => w.IsBusy).ToList();
        if (busy.Count > 0)
        {
            yield return Invariant($"{busy.Count} job(s) run: ")
                + string.Join(", ", busy.Take(5).Select(static w => $"{w.CurrentJob ?? "one just begun"} on {w.Name}"));
        }

        long Sum(Func<RqQueueState, long> of) => scope.Queues.Sum(of);
        if (level != DrainLevel.Executing && Sum(static q => q.Ready) is > 0 and var waiting)
        {
            yield return Invariant($"{waiting} job(s) wait in the queues");
        }

        if (Sum(static q => q.Intermediate) is > 0 and var between)
        {
            yield return Invariant($"{between} job(s) are between queue and worker");
        }

        if (Sum(static q => q.Started) is > 0 and var started)
        {
            yield return Invariant($"{started} job(s) are marked as started");
        }

        if (level == DrainLevel.Quiescent && Sum(static q => q.Scheduled + q.Deferred) is > 0 and var later)
        {
            yield return Invariant($"{later} job(s) are scheduled or wait for others");
        }
    }

    private static IEnumerable<string> DeadLines(RqLook scope) =>
        scope
            .Workers.Where(static w => w is { IsRegistered: true, IsPresent: false, HasDeath: false, IsBusy: true })
            .Select(static w =>
                $"{w.Name} on {w.HostName} is registered as busy and its process is gone: its job runs on without it, or is lost"
            );
}
