using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// Empty jobs that wake idle workers: RQ looks for the flag only before it blocks, and an idle worker blocks for minutes, so it would run
/// one more real job first (rq#526). Each worker takes one at the head of its queue, does nothing, leaves nothing, and then sees the flag.
/// </summary>
internal sealed class RqNoops(RqStore store, RqSettings settings, TimeProvider time)
{
    // zlib(pickle(("time.time", None, (), {}))) and zlib('["time.time", null, [], {}]'): RQ's job data for a call of time.time().
    private static readonly byte[] Pickled = Convert.FromHexString("789c6b60992ac200011a3d9c2599b9a97a20628a9f66ed9492297a006ebe08c9");
    private static readonly byte[] Json = Deflate("[\"time.time\", null, [], {}]"u8);
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
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        _sent.Add((id, queue));
        await connection
            .TransactionAsync(
                [
                    new(
                        "HSET",
                        RqKeys.Job(id),
                        "status",
                        "queued",
                        "created_at",
                        now,
                        "enqueued_at",
                        now,
                        "origin",
                        queue,
                        "timeout",
                        30,
                        "result_ttl",
                        0,
                        "failure_ttl",
                        60,
                        "description",
                        "opsrestart wakes this worker",
                        "worker_name",
                        "",
                        "success_callback_name",
                        "",
                        "failure_callback_name",
                        "",
                        "data",
                        settings.Serializer == RqSerializer.Json ? Json : Pickled
                    ),
                    new("EXPIRE", RqKeys.Job(id), 3600),
                    new("LPUSH", RqKeys.Queue(queue), id),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static byte[] Deflate(ReadOnlySpan<byte> text)
    {
        using var output = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(output, System.IO.Compression.CompressionLevel.Optimal))
        {
            zlib.Write(text);
        }

        return output.ToArray();
    }
}
