using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Looks until Celery is drained, by <see cref="CeleryDrainRule"/>. As long as tasks wait, a look costs one count; while some run, one
/// question to the workers that run them; only then the whole rule.
/// </summary>
internal sealed class CeleryDrainProbe(
    ICeleryTransport transport,
    DrainRequest request,
    CelerySettings settings,
    Func<IEnumerable<string>> suspendedQueues,
    TimeProvider time
) : IDrainProbe
{
    private static readonly TimeSpan ReplyDeadline = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan DiscoverEvery = TimeSpan.FromSeconds(2);

    // Close together at first, since most tails are short; a long one must not cost the busy worker more than a hundredth of a core.
    private static readonly TimeSpan[] Pauses =
    [
        .. new[] { 5, 10, 20 }.Concat(Enumerable.Repeat(50, 40)).Append(100).Select(static ms => TimeSpan.FromMilliseconds(ms)),
    ];

    private readonly WorkerRoll _roll = new();
    private readonly SilentWorkers _silent = new(settings.UnresponsiveAfter, time);
    private readonly HashSet<string> _consumed = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _busyNodes = [];
    private long _executing;
    private long _finished;
    private long? _discoveredAt;
    private int _pause;
    private int _interruptions;
    private bool _askForScheduledFirst;

    private List<string> Queues => request.Queues.Count > 0 ? [.. request.Queues] : [.. _consumed];

    // Naming all queues that there are is no narrowing.
    private HashSet<string>? Scope =>
        request.Queues.Count > 0 && !_consumed.IsSubsetOf(request.Queues) ? request.Queues.ToHashSet(StringComparer.Ordinal) : null;

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        NoteInterruption();
        if (_discoveredAt is not { } at || time.GetElapsedTime(at) >= DiscoverEvery)
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
                _pause = 0;
                return Busy(
                    ready,
                    held,
                    TimeSpan.FromMilliseconds(50),
                    ready > 0 ? "tasks wait in the queues" : "tasks are held by workers"
                );
            }
        }

        if (
            request.Level == DrainLevel.Quiescent
            && await transport.CountDelayedAsync(cancellationToken).ConfigureAwait(false) is > 0 and var delayed
        )
        {
            return Busy(
                0,
                delayed,
                TimeSpan.FromMilliseconds(250),
                Invariant($"{delayed} ETA or retry task(s) wait for their time in the broker")
            );
        }

        return await StillRunsAsync(cancellationToken).ConfigureAwait(false)
            ?? await WholeRuleAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    // Workers count what they accept; what they still run is not done. Two answers are never of one moment, so the count is kept from
    // falling.
    private long? Processed => _roll.IsEmpty ? null : _finished = Math.Max(_finished, _roll.AcceptedOf(Scope) - _executing);

    /// <summary>Who is there, what they consume, and, for people, what runs.</summary>
    private async Task<int> DiscoverAsync(CancellationToken cancellationToken)
    {
        var results = await transport
            .BroadcastAsync([PidboxRequest.Stats, PidboxRequest.Active(), PidboxRequest.ActiveQueues], ReplyDeadline, cancellationToken)
            .ConfigureAwait(false);
        _discoveredAt = time.GetTimestamp();
        Note(results);
        foreach (var reply in results[0].Answers)
        {
            transport.Learn(reply.Value);
        }

        foreach (var reply in results[2].Answers)
        {
            var queues = CeleryConsumer.QueuesOf(reply);
            _consumed.UnionWith(queues);
            _roll.Consumes(reply.Node, queues);
        }

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

        _consumed.UnionWith(suspendedQueues());
        if (request.Level != DrainLevel.Executing && activeQueues.Answers.Any(static r => CeleryConsumer.QueuesOf(r).Count == 0))
        {
            _consumed.UnionWith(await transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>The tail of a drain: ask only those that were running something.</summary>
    private async Task<DrainObservation?> StillRunsAsync(CancellationToken cancellationToken)
    {
        if (_busyNodes.Count == 0)
        {
            return null;
        }

        var result = (
            await transport.BroadcastAsync([PidboxRequest.Active(_busyNodes)], ReplyDeadline, cancellationToken).ConfigureAwait(false)
        )[0];
        if (!result.IsComplete)
        {
            return null;
        }

        SetRunning([.. result.Answers.SelectMany(CeleryTaskInfo.ParseList)]);
        return _executing > 0 ? Busy(0, 0, NextPause(), $"{_executing} task(s) run on {string.Join(", ", _busyNodes)}") : null;
    }

    private async Task<DrainObservation> WholeRuleAsync(CancellationToken cancellationToken)
    {
        var first = await transport
            .BroadcastAsync(CeleryRound.FirstQuestions(_askForScheduledFirst), ReplyDeadline, cancellationToken)
            .ConfigureAwait(false);
        Note(first);
        if (first[0].Receivers == 0)
        {
            return await NobodyAsync(cancellationToken).ConfigureAwait(false);
        }

        var active = first[1].Answers.SelectMany(CeleryTaskInfo.ParseList).ToList();
        SetRunning(active);
        if (_executing > 0)
        {
            return Busy(0, 0, NextPause(), $"{_executing} task(s) run on {string.Join(", ", _busyNodes)}");
        }

        // From here on everything is asked, also when an answer is missing: what is seen is worth telling.
        var broker = await LookAtBrokerAsync(cancellationToken).ConfigureAwait(false);
        _askForScheduledFirst = broker is { Held: null, HeldCount: > 0 };
        var second = await transport
            .BroadcastAsync(CeleryRound.SecondQuestions(broker, request.Level), ReplyDeadline, cancellationToken)
            .ConfigureAwait(false);
        Note(second);
        return Conclude(
            new CeleryRound(first, active, broker, second).ToLook(request.Level, Scope),
            [.. second[0].Answers.Select(CeleryStats.Parse)]
        );
    }

    private async Task<BrokerLook> LookAtBrokerAsync(CancellationToken cancellationToken)
    {
        var delayed =
            request.Level == DrainLevel.Quiescent ? await transport.CountDelayedAsync(cancellationToken).ConfigureAwait(false) : 0;
        var broker = (await transport.LookAsync(Queues, cancellationToken).ConfigureAwait(false)) with { Delayed = delayed };

        // How much waits is only for people here, so it need not be of the same moment.
        return request.Level == DrainLevel.Executing && broker.Ready > 0
            ? broker with
            {
                Ready = (await transport.CountAsync(Queues, cancellationToken).ConfigureAwait(false)).Ready,
            }
            : broker;
    }

    private DrainObservation Conclude(CeleryLook look, IReadOnlyList<CeleryStats> answers)
    {
        // Before the verdict: the connection may have been made again within this very look.
        NoteInterruption();
        var seen = CeleryDrainRule.Judge(look);
        var isDrained = seen.Verdict == DrainVerdict.Drained;
        var alive = _roll.SilentButAlive(answers, look.Broker.Consumers is not null);
        if (!isDrained || alive.Count > 0)
        {
            return Busy(
                seen.Waiting,
                seen.Held,
                seen.RetryAfter > TimeSpan.Zero ? seen.RetryAfter : NextPause(),
                [.. isDrained ? [] : seen.Evidence, .. alive]
            );
        }

        return _roll.Awaited.Count > 0
            ? Observe(DrainVerdict.NoReply, seen.Waiting, seen.Held, TimeSpan.FromMilliseconds(250), [.. AwaitedLines()])
            : WhereNoProof(seen, look.Broker.HiddenFor) with
            {
                Processed = Processed,
                EndedWorkers = _roll.Ended(Scope),
            };
    }

    /// <summary>Without a strict proof the same has to be seen several times, apart, with no task accepted in between.</summary>
    private DrainObservation WhereNoProof(DrainObservation seen, TimeSpan hiddenFor) =>
        seen.Confidence == DrainConfidence.Exact
            ? seen
            : seen with
            {
                RetryAfter = Apart,
                Fingerprint = _roll.Accepted.ToString(CultureInfo.InvariantCulture),
                LooksNeeded = 3,
                LooksApart = Apart,
                LooksOver = hiddenFor,
                Evidence =
                    hiddenFor > TimeSpan.Zero
                        ? [.. seen.Evidence, "tasks that wait for their rate do not show, so it has to be the same for that long"]
                        : seen.Evidence,
            };

    private async Task<DrainObservation> NobodyAsync(CancellationToken cancellationToken)
    {
        NoteInterruption();
        _discoveredAt = null;
        SetRunning([]);
        var queues = Queues.Count > 0 ? Queues : await transport.FindQueuesAsync(cancellationToken).ConfigureAwait(false);
        var (ready, held) = await transport.CountAsync(queues, cancellationToken).ConfigureAwait(false);
        var consumers = (await transport.LookAsync([], cancellationToken).ConfigureAwait(false)).Consumers;
        List<string> alive = [.. _roll.SilentButAlive([], consumers is not null)];
        if (consumers is { Count: > 0 and var connections })
        {
            alive.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{connections} connection(s) still take tasks, and no worker answers: workers are shutting down, have no remote "
                        + $"control, or use another keyPrefix or controlExchange"
                )
            );
        }

        if (alive.Count > 0)
        {
            return Busy(ready, held, TimeSpan.FromMilliseconds(100), [.. alive]);
        }

        return _roll.Awaited.Count > 0
            ? Observe(DrainVerdict.NoReply, ready, held, TimeSpan.FromMilliseconds(250), [.. AwaitedLines()])
            : Observe(
                DrainVerdict.NoWorkers,
                ready,
                held,
                TimeSpan.FromMilliseconds(250),
                [Invariant($"no worker listens at {transport.Broker}; {ready} task(s) wait, {held} were delivered and not acknowledged")]
            );
    }

    private IEnumerable<string> AwaitedLines() =>
        _roll.Awaited.Select(static n => $"{n} was there before the connection to the broker was lost, and is not back");

    private void Note(IReadOnlyList<BroadcastResult> results)
    {
        var stats = results
            .Where(static r => r.Request.Method == "stats")
            .SelectMany(static r => r.Answers)
            .Select(CeleryStats.Parse)
            .ToList();
        _roll.Saw(stats);
        _silent.Note(results, _roll.Names, stats.Select(static s => s.Node));
    }

    private void NoteInterruption()
    {
        if (transport.Interruptions != _interruptions)
        {
            _interruptions = transport.Interruptions;
            _discoveredAt = null;
            _roll.BrokerWasAway();
        }
    }

    private void SetRunning(List<CeleryTaskInfo> active)
    {
        var scope = Scope;
        var mine = scope is null ? active : active.Where(t => CeleryDrainRule.MayBelongTo(scope, t)).ToList();
        _executing = mine.Count;
        _busyNodes = [.. mine.Select(static t => t.Node).Distinct()];
    }

    private DrainObservation Busy(long waiting, long held, TimeSpan retryAfter, params string[] evidence)
    {
        return _silent.Any
            ? Observe(
                _silent.IsLong ? DrainVerdict.NoReply : DrainVerdict.Busy,
                waiting,
                held,
                TimeSpan.FromMilliseconds(100),
                [.. evidence, _silent.Sentence]
            )
            : Observe(DrainVerdict.Busy, waiting, held, retryAfter, evidence);
    }

    private DrainObservation Observe(DrainVerdict verdict, long waiting, long held, TimeSpan retryAfter, IReadOnlyList<string> evidence) =>
        new()
        {
            Verdict = verdict,
            Waiting = waiting,
            Held = held,
            Executing = _executing,
            Processed = Processed,
            RetryAfter = retryAfter,
            Evidence = evidence,
            EndedWorkers = _roll.Ended(Scope),
        };

    private TimeSpan NextPause() => Pauses[Math.Min(_pause++, Pauses.Length - 1)];
}

/// <summary>
/// Since when answers are missing, and whose. A worker that is busy with one broadcast too many is late; one that stays silent does not
/// answer.
/// </summary>
internal sealed class SilentWorkers(TimeSpan patience, TimeProvider time)
{
    private long? _since;
    private IReadOnlyList<string> _names = [];

    public bool Any => _since is not null;

    public bool IsLong => _since is { } at && time.GetElapsedTime(at) >= patience;

    public string Sentence =>
        _since is not { } at
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(_names.Count > 0 ? string.Join(", ", _names) : "a worker")} has not answered for "
                    + $"{time.GetElapsedTime(at).TotalSeconds:0.0} s"
            );

    /// <summary>Takes one round of answers.</summary>
    /// <param name="results">All of the round.</param>
    /// <param name="known">Workers that were seen in this drain.</param>
    /// <param name="answered">Workers that answered now.</param>
    public void Note(IReadOnlyList<BroadcastResult> results, IEnumerable<string> known, IEnumerable<string> answered)
    {
        if (results.All(static r => r.IsComplete))
        {
            _since = null;
            _names = [];
            return;
        }

        _since ??= time.GetTimestamp();
        _names = [.. known.Except(answered)];
    }
}
