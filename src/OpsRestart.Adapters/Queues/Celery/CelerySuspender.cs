using System.Text.Json.Nodes;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Takes queues from workers (cancel_consumer) and gives them back (add_consumer). Both are a worker process's memory only: a worker that
/// starts later consumes at once, which is why <see cref="CeleryLease"/> keeps watching.
/// </summary>
internal sealed class CelerySuspender(ICeleryTransport transport, TimeProvider time)
{
    private static readonly TimeSpan ReplyDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VerifyWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan UnguardedWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan[] VerifyPauses =
    [
        .. ((int[])[1, 2, 5, 10, 20, 50]).Select(static ms => TimeSpan.FromMilliseconds(ms)),
    ];

    /// <summary>Suspends and starts the lease, which owns the transport.</summary>
    public static async Task<IQueueLease> SuspendAsync(
        ICeleryTransport transport,
        SuspendRequest request,
        ISuspensionStore store,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var suspension = new QueueSuspension
        {
            Id = "celery-" + Guid.NewGuid().ToString("N"),
            System = CelerySystem.Kind,
            Broker = transport.Broker,
            Queues = request.Queues,
            At = time.GetUtcNow().UtcDateTime,
        };
        var lease = new CeleryLease(transport, new CelerySuspender(transport, time), suspension, request, store, time);
        try
        {
            await lease.BeginAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch (OperationCanceledException) when (request.KeepPart && lease.Suspension.Workers.Count > 0)
        {
            return lease;
        }
        catch
        {
            // Half a suspension is worse than none.
            await lease.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Each worker that answers, and what it consumes now.</summary>
    public async Task<IReadOnlyList<CeleryConsumer>> GetConsumersAsync(CancellationToken cancellationToken)
    {
        var (result, consumers) = await AskConsumersAsync(cancellationToken).ConfigureAwait(false);
        return result.Receivers == 0 ? throw CeleryException.NoWorkers(transport.Broker)
            : result.Replies.Count == 0 ? throw CeleryException.NoReply(transport.Broker, result.Receivers)
            : consumers;
    }

    /// <summary>
    /// Takes these queues from these workers, and returns when none of those that answer pops from them any more. On Redis one after the
    /// other: while one that still consumes stands behind, what a cancelled one puts back is safe, since it runs there; between two
    /// cancelled ones it may get lost. Returns the ids of tasks that were put back, taken again, and had not begun in time.
    /// </summary>
    public async Task<IReadOnlyList<string>> CancelAsync(
        IReadOnlyDictionary<string, IReadOnlyList<string>> plan,
        CancellationToken cancellationToken
    )
    {
        if (!transport.PopsOutlastCancel)
        {
            await TakeAsync(plan, cancellationToken).ConfigureAwait(false);
            return [];
        }

        foreach (var (node, queues) in plan)
        {
            await TakeAsync(new Dictionary<string, IReadOnlyList<string>> { [node] = queues }, cancellationToken).ConfigureAwait(false);
            await Task.Delay(await transport.EndPopsAsync(cancellationToken).ConfigureAwait(false), time, cancellationToken)
                .ConfigureAwait(false);

            // Its loop reads in turn: when it answers this, it has put back what its last pop brought.
            await transport
                .BroadcastAsync([PidboxRequest.ActiveQueues with { Destination = [node] }], ReplyDeadline, cancellationToken)
                .ConfigureAwait(false);
        }

        return await WaitForUnguardedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the workers back what was taken, and verifies it; returns warnings for people.</summary>
    /// <exception cref="CeleryException">NoReply: a worker answers and does not consume again. The suspension is then still
    /// one.</exception>
    public Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken) =>
        ResumeAsync(suspension, new Dictionary<string, int>(), cancellationToken);

    /// <param name="suspension">What was taken.</param>
    /// <param name="processes">Where known, the process that it was taken from: a later one of the same name has what it started
    /// with.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<IReadOnlyList<string>> ResumeAsync(
        QueueSuspension suspension,
        IReadOnlyDictionary<string, int> processes,
        CancellationToken cancellationToken
    )
    {
        if (suspension.Workers.Count == 0)
        {
            return [];
        }

        var (asked, consumers) = await AskConsumersAsync(cancellationToken).ConfigureAwait(false);
        var now = consumers
            .Where(c => c.IsProcess(processes.GetValueOrDefault(c.Node)))
            .ToDictionary(static c => c.Node, static c => c.Queues, StringComparer.Ordinal);

        // A worker that is not there has nothing to resume: when it starts, it consumes. Only where one is silent may it be this one.
        var silent = asked.IsComplete ? [] : suspension.Workers.Keys.Except(consumers.Select(static c => c.Node)).ToList();
        var present = suspension.Workers.Where(w => now.ContainsKey(w.Key)).ToDictionary(StringComparer.Ordinal);
        List<string> resumed = [.. present.Where(w => w.Value.Except(now[w.Key]).Any()).Select(static w => w.Key)];

        // One that says it consumes may have been told a moment ago to stop. A silent one hears it later: with pool 'solo' when its task is
        // done.
        var told = suspension.Workers.Where(w => silent.Contains(w.Key) || present.ContainsKey(w.Key)).ToDictionary(StringComparer.Ordinal);
        await TellAsync(
                "add_consumer",
                told,
                static q => new JsonObject
                {
                    ["queue"] = q,
                    ["exchange"] = null,
                    ["exchange_type"] = "direct",
                    ["routing_key"] = null,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var left = await VerifyAsync(present, static (wanted, consumed) => !wanted.Except(consumed).Any(), cancellationToken)
            .ConfigureAwait(false);
        List<string> not = [.. left.Unchanged, .. left.Silent];
        return not.Count == 0
            ? [.. Warnings(silent, resumed)]
            : throw new CeleryException(
                OpsError.NoReply,
                $"{string.Join(", ", not)} at {transport.Broker} was told to consume "
                    + $"{string.Join(", ", not.SelectMany(n => present[n]).Distinct())} again, and does not.",
                not[0],
                "Restart the worker: it consumes when it starts. Or somebody else keeps it suspended."
            );
    }

    private static IEnumerable<string> Warnings(List<string> silent, List<string> resumed)
    {
        if (silent.Count > 0)
        {
            yield return $"{string.Join(", ", silent)}: no answer. Told to consume again, which it does once it answers; one that "
                + "hangs has to be restarted, and consumes then.";
        }

        if (resumed.Count > 0)
        {
            yield return $"{string.Join(", ", resumed)}: consumes again. Celery up to 5.6.3 forgets a resumed queue at its next "
                + "reconnection to the broker (celery#7733): restart these workers, warm, before you restart the broker.";
        }
    }

    private async Task TakeAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> plan, CancellationToken cancellationToken)
    {
        await TellAsync("cancel_consumer", plan, static q => new JsonObject { ["queue"] = q }, cancellationToken).ConfigureAwait(false);

        // The sooner its open pop ends, the less it has to put back. Whether it was open for these queues shows only after the next answer.
        await transport.EndPopsAsync(cancellationToken).ConfigureAwait(false);
        var left = await VerifyAsync(plan, static (wanted, now) => !wanted.Intersect(now).Any(), cancellationToken).ConfigureAwait(false);
        if (left.Unchanged.Count > 0)
        {
            throw new CeleryException(
                OpsError.NoReply,
                $"{string.Join(", ", left.Unchanged)} did not stop consuming.",
                left.Unchanged[0],
                "See the worker's log; or stop the worker."
            );
        }
    }

    private async Task TellAsync(
        string method,
        IReadOnlyDictionary<string, IReadOnlyList<string>> plan,
        Func<string, JsonObject> arguments,
        CancellationToken cancellationToken
    )
    {
        var requests = plan
            .Values.SelectMany(static q => q)
            .Distinct()
            .Select(q => new PidboxRequest(method, arguments(q), [.. plan.Where(p => p.Value.Contains(q)).Select(static p => p.Key)]))
            .ToList();
        if (requests.Count == 0)
        {
            return;
        }

        var results = await transport.BroadcastAsync(requests, ReplyDeadline, cancellationToken).ConfigureAwait(false);
        if (results.SelectMany(static r => r.Replies).FirstOrDefault(static r => r.Error is not null) is { } refused)
        {
            throw CeleryException.Refused(transport.Broker, refused.Node, method, refused.Error!);
        }
    }

    /// <summary>
    /// Replies come before the effect, so what workers consume is asked until it is so. Returns the workers that say it is not; and those
    /// that say nothing, which are told and will do it when they answer again, as one with pool 'solo' does after its task.
    /// </summary>
    private async Task<(List<string> Unchanged, List<string> Silent)> VerifyAsync(
        IReadOnlyDictionary<string, IReadOnlyList<string>> plan,
        Func<IReadOnlyList<string>, IReadOnlyList<string>, bool> done,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        var left = plan.Keys.ToList();
        for (var look = 0; ; look++)
        {
            var result = (
                await transport
                    .BroadcastAsync([PidboxRequest.ActiveQueues with { Destination = left }], ReplyDeadline, cancellationToken)
                    .ConfigureAwait(false)
            )[0];
            var now = ByNode(result);
            left = [.. left.Where(n => !(now.TryGetValue(n, out var consumed) && done(plan[n], consumed)))];
            if (left.Count == 0 || time.GetElapsedTime(began) >= VerifyWithin)
            {
                return ([.. left.Where(now.ContainsKey)], [.. left.Where(n => !now.ContainsKey(n))]);
            }

            await Task.Delay(VerifyPauses[Math.Min(look, VerifyPauses.Length - 1)], time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// What one worker put back, and another took in the same moment, the other may hold without an entry among the unacknowledged (see
    /// <see cref="OverRedis.RedisPops"/>). It runs there; but a worker that is stopped before has nothing to give back. So a suspension
    /// waits until such tasks have begun. Returns those that had not.
    /// </summary>
    private async Task<IReadOnlyList<string>> WaitForUnguardedAsync(CancellationToken cancellationToken)
    {
        for (var began = time.GetTimestamp(); ; )
        {
            var reserved = (
                await transport.BroadcastAsync([PidboxRequest.Reserved], ReplyDeadline, cancellationToken).ConfigureAwait(false)
            )[0];
            var again = reserved.Answers.SelectMany(CeleryTaskInfo.ParseList).Where(static t => t.Redelivered == true).ToList();
            if (again.Count == 0)
            {
                return [];
            }

            var held = (await transport.GetHeldAsync(cancellationToken).ConfigureAwait(false))
                .Select(static h => h.Message.Id)
                .ToHashSet(StringComparer.Ordinal);
            List<string> unguarded = [.. again.Select(static t => t.Id).Where(id => !held.Contains(id))];
            if (unguarded.Count == 0 || time.GetElapsedTime(began) >= UnguardedWithin)
            {
                return unguarded;
            }

            await Task.Delay(VerifyPauses[^1], time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(BroadcastResult Asked, IReadOnlyList<CeleryConsumer> Consumers)> AskConsumersAsync(
        CancellationToken cancellationToken
    )
    {
        var results = await transport
            .BroadcastAsync([PidboxRequest.ActiveQueues, PidboxRequest.Stats], ReplyDeadline, cancellationToken)
            .ConfigureAwait(false);
        foreach (var stats in results[1].Answers)
        {
            transport.Learn(stats.Value);
        }

        var processes = results[1]
            .Answers.Select(CeleryStats.Parse)
            .DistinctBy(static s => s.Node)
            .ToDictionary(static s => s.Node, static s => s.Pid, StringComparer.Ordinal);
        return (results[0], [.. ByNode(results[0]).Select(n => new CeleryConsumer(n.Key, processes.GetValueOrDefault(n.Key), n.Value))]);
    }

    private static Dictionary<string, IReadOnlyList<string>> ByNode(BroadcastResult result) =>
        result
            .Answers.GroupBy(static r => r.Node, StringComparer.Ordinal)
            .ToDictionary(
                static g => g.Key,
                static g => (IReadOnlyList<string>)[.. g.SelectMany(CeleryConsumer.QueuesOf).Distinct()],
                StringComparer.Ordinal
            );
}

/// <summary>A worker, its process, and what it consumes.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Pid">Its main process; 0 where it did not tell.</param>
/// <param name="Queues">None: it is suspended, or was started without.</param>
internal sealed record CeleryConsumer(string Node, int Pid, IReadOnlyList<string> Queues)
{
    /// <summary>Whether it may be this process; where one of the two is not known, it is.</summary>
    public bool IsProcess(int pid) => pid == 0 || Pid == 0 || pid == Pid;

    /// <summary>Reads <c>active_queues</c>: what a worker consumes now.</summary>
    public static IReadOnlyList<string> QueuesOf(PidboxReply reply) =>
        [.. reply.Value.Items.Select(static q => q["name"].Text).OfType<string>().Where(static n => n.Length > 0)];
}
