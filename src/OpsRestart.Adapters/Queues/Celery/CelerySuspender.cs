using System.Text.Json.Nodes;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Takes queues from workers (cancel_consumer) and gives them back (add_consumer). Both are a worker process's memory only: a worker that
/// starts later consumes at once, which is why <see cref="CeleryLease"/> keeps watching.
/// </summary>
internal sealed class CelerySuspender(ICeleryTransport transport, TimeProvider time)
{
    private static readonly TimeSpan ReplyDeadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan VerifyWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan VerifyEvery = TimeSpan.FromMilliseconds(50);

    // The BRPOP under way still names the queue, for at most its one second; what it pops is put back.
    private static readonly TimeSpan LastPop = TimeSpan.FromMilliseconds(1100);

    /// <summary>Suspends and starts the lease, which owns the transport.</summary>
    public static async Task<IQueueLease> SuspendAsync(ICeleryTransport transport, CelerySettings settings, SuspendRequest request, ISuspensionStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var suspension = new QueueSuspension
        {
            Id = "celery-" + Guid.NewGuid().ToString("N"),
            System = CelerySystem.Kind,
            Broker = transport.Broker,
            Queues = request.Queues,
            Settings = settings.ToWritten(),
            At = time.GetUtcNow().UtcDateTime,
        };
        var lease = new CeleryLease(transport, new CelerySuspender(transport, time), suspension, request, store, time);
        try
        {
            await lease.BeginAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            // Half a suspension is worse than none.
            await lease.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What each worker consumes now.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> GetConsumedAsync(CancellationToken cancellationToken)
    {
        var result = (await transport.BroadcastAsync([PidboxRequest.ActiveQueues], ReplyDeadline, cancellationToken).ConfigureAwait(false))[0];
        return result.Receivers == 0 ? throw CeleryException.NoWorkers(transport.Broker)
            : result.Replies.Count == 0 ? throw CeleryException.NoReply(transport.Broker, result.Receivers)
            : ByNode(result);
    }

    /// <summary>Takes these queues from these workers, and returns when none of them pops from them any more.</summary>
    public async Task CancelAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> plan, CancellationToken cancellationToken)
    {
        await TellAsync("cancel_consumer", plan, static q => new JsonObject { ["queue"] = q }, cancellationToken).ConfigureAwait(false);
        var left = await VerifyAsync(plan, static (wanted, now) => !wanted.Intersect(now).Any(), cancellationToken).ConfigureAwait(false);
        if (left.Count > 0)
        {
            throw new CeleryException(OpsError.NoReply, $"{string.Join(", ", left)} did not stop consuming.", left[0], "See the worker's log; or stop the worker.");
        }

        await Task.Delay(LastPop, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the workers back what was taken, and verifies it; returns warnings for people.</summary>
    /// <exception cref="CeleryException">NoReply: a worker answers and does not consume again. The suspension is then still one.</exception>
    public async Task<IReadOnlyList<string>> ResumeAsync(QueueSuspension suspension, CancellationToken cancellationToken)
    {
        if (suspension.Workers.Count == 0)
        {
            return [];
        }

        var asked = (await transport.BroadcastAsync([PidboxRequest.ActiveQueues], ReplyDeadline, cancellationToken).ConfigureAwait(false))[0];
        var now = ByNode(asked);

        // A worker that is not there has nothing to resume: when it starts, it consumes. Only where somebody is silent may it be this one.
        var silent = asked.IsComplete ? [] : suspension.Workers.Keys.Where(n => !now.ContainsKey(n)).ToList();
        var plan = suspension.Workers
            .Where(w => now.ContainsKey(w.Key))
            .Select(w => (w.Key, Queues: (IReadOnlyList<string>)[.. w.Value.Except(now[w.Key])]))
            .Where(static w => w.Queues.Count > 0)
            .ToDictionary(static w => w.Key, static w => w.Queues, StringComparer.Ordinal);

        // A silent one is told all the same: a worker with pool 'solo' hears it when its task is done.
        var told = plan.Concat(silent.Select(n => KeyValuePair.Create(n, suspension.Workers[n]))).ToDictionary(StringComparer.Ordinal);
        await TellAsync("add_consumer", told, static q => new JsonObject { ["queue"] = q, ["exchange"] = null, ["exchange_type"] = "direct", ["routing_key"] = null }, cancellationToken).ConfigureAwait(false);
        var left = await VerifyAsync(plan, static (wanted, consumed) => !wanted.Except(consumed).Any(), cancellationToken).ConfigureAwait(false);
        return left.Count == 0 ? [.. Warnings(silent, plan)] : throw new CeleryException(
            OpsError.NoReply,
            $"{string.Join(", ", left)} at {transport.Broker} was told to consume {string.Join(", ", left.SelectMany(n => plan[n]).Distinct())} again, and does not.",
            left[0],
            "Restart the worker: it consumes when it starts. Or somebody else keeps it suspended.");
    }

    private static IEnumerable<string> Warnings(List<string> silent, Dictionary<string, IReadOnlyList<string>> resumed)
    {
        if (silent.Count > 0)
        {
            yield return $"{string.Join(", ", silent)}: no answer. Told to consume again, which it does once it answers; one that hangs has to be restarted, and consumes then.";
        }

        if (resumed.Count > 0)
        {
            yield return $"{string.Join(", ", resumed.Keys)}: consumes again. Celery up to 5.6.3 forgets a resumed queue at its next reconnection to the broker (celery#7733): restart these workers, warm, before you restart the broker.";
        }
    }

    private async Task TellAsync(string method, IReadOnlyDictionary<string, IReadOnlyList<string>> plan, Func<string, JsonObject> arguments, CancellationToken cancellationToken)
    {
        var requests = plan.Values.SelectMany(static q => q).Distinct()
            .Select(q => new PidboxRequest(method, arguments(q), [.. plan.Where(p => p.Value.Contains(q)).Select(static p => p.Key)])).ToList();
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

    /// <summary>Replies come before the effect, so what workers consume is asked until it is so; returns the workers where it is not.</summary>
    private async Task<IReadOnlyList<string>> VerifyAsync(IReadOnlyDictionary<string, IReadOnlyList<string>> plan, Func<IReadOnlyList<string>, IReadOnlyList<string>, bool> done, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var left = plan.Keys.ToList();
        while (left.Count > 0)
        {
            var result = (await transport.BroadcastAsync([PidboxRequest.ActiveQueues with { Destination = left }], ReplyDeadline, cancellationToken).ConfigureAwait(false))[0];
            var now = ByNode(result);
            left = [.. left.Where(n => !(now.TryGetValue(n, out var consumed) && done(plan[n], consumed)))];
            if (left.Count > 0 && time.GetElapsedTime(began) >= VerifyWithin)
            {
                break;
            }

            if (left.Count > 0)
            {
                await Task.Delay(VerifyEvery, time, cancellationToken).ConfigureAwait(false);
            }
        }

        return left;
    }

    private static Dictionary<string, IReadOnlyList<string>> ByNode(BroadcastResult result) =>
        result.Answers.GroupBy(static r => r.Node, StringComparer.Ordinal).ToDictionary(static g => g.Key, static g => (IReadOnlyList<string>)[.. g.SelectMany(CeleryQueueNames.Parse).Distinct()], StringComparer.Ordinal);
}
