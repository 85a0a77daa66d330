using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// Empty jobs that wake idle workers: RQ looks for the flag only before it blocks, and an idle worker blocks for minutes, so it would run
/// one more real job first (rq#526). Each worker takes one at the head of its queue, does nothing, leaves nothing, and then sees the flag.
/// </summary>
internal sealed class RqNoops(RqStore store, RqSettings settings, TimeProvider time)
{
    private const string Function = "time.time";
    private readonly List<(string Id, string Queue)> _sent = [];

    /// <summary>
    /// It may still take a real job, or is at one of these, which taken from under it would fail and leave its result: then it has not yet
    /// said which job made it busy.
    /// </summary>
    public bool IsAwake(RqWorkerState worker) =>
        worker is { IsLive: true, IsSuspended: false } && (worker.CurrentJob is not { } job || _sent.Exists(s => s.Id == job));

    /// <summary>Makes sure that as many are there as workers of each queue have to be woken.</summary>
    public async Task WakeAsync(IEnumerable<RqWorkerState> awake, CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        foreach (
            var group in awake
                .Where(static w => w is { IsBusy: false, Queues.Count: > 0 })
                .GroupBy(static w => w.Queues[0], StringComparer.Ordinal)
        )
        {
            var waiting = (
                await connection.CallAsync(new("LRANGE", RqKeys.Queue(group.Key), 0, -1), cancellationToken).ConfigureAwait(false)
            )
                .Texts()
                .ToHashSet(StringComparer.Ordinal);
            for (var missing = group.Count() - _sent.Count(s => s.Queue == group.Key && waiting.Contains(s.Id)); missing > 0; missing--)
            {
                await SendAsync(connection, group.Key, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes back what nobody took, and the traces of those that failed.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (_sent.Count == 0)
        {
            return;
        }

        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        await connection
            .PipelineAsync(
                [
                    .. _sent.SelectMany(static s =>
                        new RedisCommand[]
                        {
                            new("LREM", RqKeys.Queue(s.Queue), 0, s.Id),
                            new("ZREM", RqKeys.Failed(s.Queue), s.Id),
                            RedisCommand.Of("DEL", RqKeys.AllOfJob(s.Id)),
                        }
                    ),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        _sent.Clear();
    }

    private async Task SendAsync(RedisConnection connection, string queue, CancellationToken cancellationToken)
    {
        var id = "opsrestart-wake-" + Guid.NewGuid().ToString("N");
        var data = RqTaskMessage.Data(settings.Serializer, Function, []);
        _sent.Add((id, queue));
        var job = new RqNewJob(id, queue, data, "opsrestart wakes this worker", ResultSeconds: 0, IsFirst: true);
        await connection
            .TransactionAsync(RqTaskMessage.Enqueue(job, RqTaskMessage.Moment(time.GetUtcNow())), cancellationToken)
            .ConfigureAwait(false);
    }
}
