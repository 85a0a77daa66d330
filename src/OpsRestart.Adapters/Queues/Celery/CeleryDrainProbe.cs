using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Looks until Celery is drained, by <see cref="CeleryDrainRule"/>. As long as tasks wait, a look costs one count; while some run, one
/// question to the workers that run them; only then the whole rule.
/// </summary>
internal sealed class CeleryDrainProbe(ICeleryTransport transport, DrainRequest request, CelerySettings settings, Func<IEnumerable<string>> suspendedQueues, TimeProvider time) : IDrainProbe
{
    private static readonly TimeSpan ReplyDeadline = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan DiscoverEvery = TimeSpan.FromSeconds(2);

    // Close together at first, since most tails are short; a long one must not cost the busy worker more than a hundredth of a core.
    private static readonly TimeSpan[] Pauses = [.. new[] { 5, 10, 20 }.Concat(Enumerable.Repeat(50, 40)).Append(100).Select(static ms => TimeSpan.FromMilliseconds(ms))];

    private readonly WorkerRoll roll = new();
    private readonly SilentWorkers silent = new(settings.UnresponsiveAfter, time);
    private readonly RepeatedLooks agreed = new(3, TimeSpan.FromMilliseconds(150), time);
    private readonly IReadOnlyList<string> expected = WorkerNames.Expand(request.ExpectedWorkers);
    private readonly HashSet<string> consumed = new(StringComparer.Ordinal);
    private IReadOnlyList<string> busyNodes = [];
    private long executing;
    private long finished;
    private long? discoveredAt;
    private int pause;
    private int interruptions;
    private bool askForScheduledFirst;

    private List<string> Queues => request.Queues.Count > 0 ? [.. request.Queues] : [.. consumed];

    // Naming all queues that there are is no narrowing.
    private HashSet<string>? Scope => request.Queues.Count > 0 && !consumed.IsSubsetOf(request.Queues) ? request.Queues.ToHashSet(StringComparer.Ordinal) : null;

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LookOnceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException e) when (e.Error == OpsError.ConnectionFailed)
        {
            agreed.Reset();
            NoteInterruption();
            discoveredAt = null;
            return new DrainObservation { Verdict = DrainVerdict.Unreachable, Processed = Processed, RetryAfter = TimeSpan.FromMilliseconds(250), Evidence = [e.Message] };
        }
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    // Workers count what they accept; what they still run is not done. Two answers are never of one moment, so the count is kept from falling.
    private long? Processed => roll.IsEmpty ? null : finished = Math.Max(finished, roll.Accepted - executing);

    private async Task<DrainObservation> LookOnceAsync(CancellationToken cancellationToken)
    {
        if (discoveredAt is not { } at || time.GetElapsedTime(at) >= DiscoverEvery)
        {
            if (await DiscoverAsync(cancellationToken).ConfigureAwait(false) == 0)
            {
                return await NobodyAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        if (request.Level != DrainLevel.Executing)
        {
            var (ready, held) = await transport.CountAsync(Queues, cancellationToken).ConfigureAwait(false);
            if (ready > 0 || (request.Level == DrainLevel.Quiescent && held > 0))
            {
                pause = 0;
                return Busy(ready, held, TimeSpan.FromMilliseconds(50), ready > 0 ? "tasks wait in the queues" : "tasks are held by workers");
            }
        }

        if (request.Level == DrainLevel.Quiescent && await transport.CountDelayedAsync(cancellationToken).ConfigureAwait(false) is > 0 and var delayed)
        {
            return Busy(0, delayed, TimeSpan.FromMilliseconds(250), FormattableString.Invariant($"{delayed} ETA or retry task(s) wait for their time in the broker"));
        }

        return await StillRunsAsync(cancellationToken).ConfigureAwait(false) ?? await WholeRuleAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Who is there, what they consume, and, for people, what runs.</summary>
    private async Task<int> DiscoverAsync(CancellationToken cancellationToken)
    {
        var results = await transport.BroadcastAsync([PidboxRequest.Stats, PidboxRequest.Active(), PidboxRequest.ActiveQueues], ReplyDeadline, cancellationToken).ConfigureAwait(false);
        discoveredAt = time.GetTimestamp();
        Note(results);
        foreach (var reply in results[0].Answers)
        {
            transport.Learn(reply.Value);
        }

        consumed.UnionWith(results[2].Answers.SelectMany(CeleryQueueNames.Parse));
        await AddSuspendedAsync(results[2], cancellationToken).ConfigureAwait(false);
        SetRunning([.. results[1].Answers.SelectMany(CeleryTaskInfo.ParseList)]);
        return results[0].Receivers;
    }

    /// <summary>A queue that was taken from its workers is still theirs, although they don't tell: what waits in it is backlog.</summary>
    private async Task AddSuspendedAsync(BroadcastResult activeQueues, CancellationToken cancellationToken)
    {
        if (request.Queues.Count > 0)
        {
            return;
        }

        consumed.UnionWith(suspendedQueues());
        if (request.Level != DrainLevel.Executing && activeQueues.Answers.Any(static r => CeleryQueueNames.Parse(r).Count == 0))
        {
            consumed.UnionWith(await transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>The tail of a drain: ask only those that were running something.</summary>
    private async Task<DrainObservation?> StillRunsAsync(CancellationToken cancellationToken)
    {
        if (busyNodes.Count == 0)
        {
            return null;
        }

        var result = (await transport.BroadcastAsync([PidboxRequest.Active(busyNodes)], ReplyDeadline, cancellationToken).ConfigureAwait(false))[0];
        if (!result.IsComplete)
        {
            return null;
        }

        SetRunning([.. result.Answers.SelectMany(CeleryTaskInfo.ParseList)]);
        return executing > 0 ? Busy(0, 0, NextPause(), $"{executing} task(s) run on {string.Join(", ", busyNodes)}") : null;
    }

    private async Task<DrainObservation> WholeRuleAsync(CancellationToken cancellationToken)
    {
        var first = await transport.BroadcastAsync(CeleryRound.FirstQuestions(askForScheduledFirst), ReplyDeadline, cancellationToken).ConfigureAwait(false);
        Note(first);
        if (first[0].Receivers == 0)
        {
            return await NobodyAsync(cancellationToken).ConfigureAwait(false);
        }

        var active = first[1].Answers.SelectMany(CeleryTaskInfo.ParseList).ToList();
        SetRunning(active);
        if (executing > 0)
        {
            return Busy(0, 0, NextPause(), $"{executing} task(s) run on {string.Join(", ", busyNodes)}");
        }

        // From here on everything is asked, also when an answer is missing: what is seen is worth telling.
        var broker = await LookAtBrokerAsync(cancellationToken).ConfigureAwait(false);
        askForScheduledFirst = broker is { Held: null, HeldCount: > 0 };
        var second = await transport.BroadcastAsync(CeleryRound.SecondQuestions(broker, request.Level), ReplyDeadline, cancellationToken).ConfigureAwait(false);
        Note(second);
        return Conclude(new CeleryRound(first, active, broker, second).ToLook(request.Level, Scope), [.. second[0].Answers.Select(CeleryStats.Parse)]);
    }

    private async Task<BrokerLook> LookAtBrokerAsync(CancellationToken cancellationToken)
    {
        var delayed = request.Level == DrainLevel.Quiescent ? await transport.CountDelayedAsync(cancellationToken).ConfigureAwait(false) : 0;
        var broker = (await transport.LookAsync(Queues, cancellationToken).ConfigureAwait(false)) with { Delayed = delayed };

        // How much waits is only for people here, so it need not be of the same moment.
        return request.Level == DrainLevel.Executing && broker.Ready > 0
            ? broker with { Ready = (await transport.CountAsync(Queues, cancellationToken).ConfigureAwait(false)).Ready }
            : broker;
    }

    private DrainObservation Conclude(CeleryLook look, IReadOnlyList<CeleryStats> answers)
    {
        // Before the verdict: the connection may have been made anew within this very look.
        NoteInterruption();
        var verdict = CeleryDrainRule.Judge(look);
        var alive = roll.SilentButAlive(answers, look.Broker.Consumers is not null);
        if (!verdict.IsDrained || alive.Count > 0)
        {
            return Busy(verdict.Waiting, verdict.Held, verdict.IsNear ? NextPause() : TimeSpan.FromMilliseconds(100), [.. verdict.IsDrained ? [] : verdict.Evidence, .. alive]);
        }

        var absent = WorkerNames.Missing(expected, [.. answers.Select(static a => a.Node)]);
        if (absent.Count > 0 || roll.Awaited.Count > 0)
        {
            agreed.Reset();
            return Observe(DrainVerdict.NoReply, verdict.Waiting, verdict.Held, TimeSpan.FromMilliseconds(250), [.. absent.Select(static a => $"the expected worker {a} does not answer"), .. AwaitedLines()]);
        }

        return verdict.Confidence == DrainConfidence.Exact ? Drained(verdict) : Repeat(verdict, look.Broker.HiddenFor);
    }

    /// <summary>Without a strict proof the same has to be seen several times, apart, with no task accepted in between.</summary>
    private DrainObservation Repeat(CeleryVerdict verdict, TimeSpan hiddenFor)
    {
        if (agreed.Add(roll.Accepted, hiddenFor))
        {
            return Drained(verdict);
        }

        var left = agreed.Left(hiddenFor);
        var why = left > TimeSpan.Zero ? FormattableString.Invariant($", and to be seen for {left.TotalSeconds:0.0} s more, since tasks that wait for their rate do not show") : "";
        return Observe(DrainVerdict.Busy, verdict.Waiting, verdict.Held, agreed.Apart, [FormattableString.Invariant($"nothing is left; seen {agreed.Count} times{why}")]);
    }

    private DrainObservation Drained(CeleryVerdict verdict) => Observe(DrainVerdict.Drained, 0, verdict.Held, TimeSpan.Zero, verdict.Evidence) with { Confidence = verdict.Confidence, Waiting = request.Level == DrainLevel.Executing ? verdict.Waiting : 0 };

    private async Task<DrainObservation> NobodyAsync(CancellationToken cancellationToken)
    {
        agreed.Reset();
        NoteInterruption();
        discoveredAt = null;
        SetRunning([]);
        var queues = Queues.Count > 0 ? Queues : await transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false);
        var (ready, held) = await transport.CountAsync(queues, cancellationToken).ConfigureAwait(false);
        var consumers = (await transport.LookAsync([], cancellationToken).ConfigureAwait(false)).Consumers;
        List<string> alive = [.. roll.SilentButAlive([], consumers is not null)];
        if (consumers is { Count: > 0 and var connections })
        {
            alive.Add(FormattableString.Invariant($"{connections} connection(s) still take tasks, and nobody answers: workers are shutting down, have no remote control, or use another keyPrefix or controlExchange"));
        }

        if (alive.Count > 0)
        {
            return Busy(ready, held, TimeSpan.FromMilliseconds(100), [.. alive]);
        }

        return roll.Awaited.Count > 0
            ? Observe(DrainVerdict.NoReply, ready, held, TimeSpan.FromMilliseconds(250), [.. AwaitedLines()])
            : Observe(DrainVerdict.NoWorkers, ready, held, TimeSpan.FromMilliseconds(250), [FormattableString.Invariant($"no worker listens at {transport.Broker}; {ready} task(s) wait, {held} were delivered and not acknowledged")]);
    }

    private IEnumerable<string> AwaitedLines() => roll.Awaited.Select(static n => $"{n} was there before the connection to the broker was lost, and is not back");

    private void Note(IReadOnlyList<BroadcastResult> results)
    {
        var stats = results.Where(static r => r.Request.Method == "stats").SelectMany(static r => r.Answers).Select(CeleryStats.Parse).ToList();
        roll.Saw(stats);
        silent.Note(results, roll.Names, stats.Select(static s => s.Node));
    }

    private void NoteInterruption()
    {
        if (transport.Interruptions != interruptions)
        {
            interruptions = transport.Interruptions;
            discoveredAt = null;
            roll.BrokerWasAway();
        }
    }

    private void SetRunning(List<CeleryTaskInfo> active)
    {
        var scope = Scope;
        var mine = scope is null ? active : active.Where(t => CeleryDrainRule.MayBelongTo(scope, t)).ToList();
        executing = mine.Count;
        busyNodes = [.. mine.Select(static t => t.Node).Distinct()];
    }

    private DrainObservation Busy(long waiting, long held, TimeSpan retryAfter, params string[] evidence)
    {
        agreed.Reset();
        return silent.Any
            ? Observe(silent.IsLong ? DrainVerdict.NoReply : DrainVerdict.Busy, waiting, held, TimeSpan.FromMilliseconds(100), [.. evidence, silent.Sentence])
            : Observe(DrainVerdict.Busy, waiting, held, retryAfter, evidence);
    }

    private DrainObservation Observe(DrainVerdict verdict, long waiting, long held, TimeSpan retryAfter, IReadOnlyList<string> evidence) => new()
    {
        Verdict = verdict,
        Waiting = waiting,
        Held = held,
        Executing = executing,
        Processed = Processed,
        RetryAfter = retryAfter,
        Evidence = evidence,
        EndedWorkers = [.. roll.Ended],
    };

    private TimeSpan NextPause() => Pauses[Math.Min(pause++, Pauses.Length - 1)];
}
