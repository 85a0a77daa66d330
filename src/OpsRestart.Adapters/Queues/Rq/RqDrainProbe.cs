using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Looks until RQ is drained, by <see cref="RqDrainRule"/>. One look is one transaction.</summary>
internal sealed class RqDrainProbe(RqStore store, DrainRequest request, TimeProvider time) : IDrainProbe
{
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(250);
    private readonly IReadOnlyList<string> expected = WorkerNames.Expand(request.ExpectedWorkers);
    private readonly Dictionary<string, long> processed = new(StringComparer.Ordinal);
    private readonly RqHorses horses = new();
    private (long At, string Fingerprint)? agreed;

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Observe(await store.SnapshotAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OpsRestartException e) when (e.Error == OpsError.ConnectionFailed)
        {
            agreed = null;
            return new DrainObservation { Verdict = DrainVerdict.Unreachable, RetryAfter = TimeSpan.FromMilliseconds(250), Evidence = [e.Message] };
        }
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private DrainObservation Observe(RqSnapshot all)
    {
        var scope = all.Narrow(request.Queues);
        horses.Watch(scope);
        foreach (var worker in scope.Workers.Where(static w => w.IsRegistered))
        {
            processed[$"{worker.Name} {worker.Birth:O}"] = worker.Succeeded + worker.Failed;
        }

        var verdict = RqDrainRule.Judge(all, scope, request.Level, horses.Orphans());
        var absent = WorkerNames.Missing(expected, [.. scope.Workers.Where(static w => w.IsLive).Select(static w => w.Name)]);
        if (verdict.Verdict == DrainVerdict.Drained && absent.Count > 0)
        {
            verdict = verdict with { Verdict = DrainVerdict.NoReply, Evidence = [$"expected and not there: {string.Join(", ", absent)}"] };
        }

        if (verdict is { Verdict: DrainVerdict.Drained, Confidence: DrainConfidence.Timed })
        {
            verdict = Repeat(verdict, scope);
        }
        else
        {
            agreed = null;
        }

        return new DrainObservation
        {
            Verdict = verdict.Verdict,
            Confidence = verdict.Verdict == DrainVerdict.Drained ? verdict.Confidence : DrainConfidence.None,
            Waiting = scope.Queues.Sum(static q => q.Ready + q.Intermediate),
            Held = request.Level == DrainLevel.Quiescent ? scope.Queues.Sum(static q => q.Scheduled + q.Deferred) : 0,
            Executing = Math.Max(scope.Queues.Sum(static q => q.Started), scope.Workers.Count(static w => w.IsLive && w.IsBusy)),
            Processed = processed.Count > 0 ? processed.Values.Sum() : null,
            RetryAfter = TimeSpan.FromMilliseconds(verdict.IsNear ? 10 : 40),
            Evidence = verdict.Evidence,
        };
    }

    /// <summary>Without the blocking pops a second look is needed: a worker that was between pop and work has counted or moved by then.</summary>
    private RqVerdict Repeat(RqVerdict verdict, RqSnapshot scope)
    {
        var now = string.Join(';', scope.Workers.Select(static w => $"{w.Name} {w.State} {w.Succeeded} {w.Failed} {w.LastHeartbeat:O}"));
        if (agreed is { } before && before.Fingerprint == now)
        {
            if (time.GetElapsedTime(before.At) >= RepeatAfter)
            {
                return verdict;
            }
        }
        else
        {
            agreed = (time.GetTimestamp(), now);
        }

        return verdict with { Verdict = DrainVerdict.Busy, IsNear = false, Evidence = ["nothing is left; looking once more", .. verdict.Evidence] };
    }
}
