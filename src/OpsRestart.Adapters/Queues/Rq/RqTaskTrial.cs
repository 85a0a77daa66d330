using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>A job for RQ's workers, and its state.</summary>
internal sealed class RqTaskTrial(RedisEndpoint endpoint, RqSerializer serializer, TimeProvider time) : ITaskTrial
{
    public const string UsualQueue = "default";

    private readonly RqStore _store = new(endpoint);

    public static Func<ITaskTrial> Read(ProbeSettings settings, RqSerializer serializer, TimeProvider time)
    {
        var endpoint = settings.ReadAddress("redis", static text => RedisEndpoint.Parse(text)) ?? new RedisEndpoint();
        return () => new RqTaskTrial(endpoint, serializer, time);
    }

    public async Task SendAsync(TrialTask task, TimeSpan expires, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var job = new RqNewJob(
            task.Id,
            task.Queue,
            RqTaskMessage.Data(serializer, task.Name, task.Arguments),
            $"{task.Name}({string.Join(", ", task.Arguments)})",
            ResultSeconds: 60,
            IsFirst: false
        );
        await connection
            .TransactionAsync(
                [
                    .. RqTaskMessage.Enqueue(job, RqTaskMessage.Moment(time.GetUtcNow())),
                    // A worker passes over an id whose hash is gone.
                    new("EXPIRE", RqKeys.Job(task.Id), Math.Max(60, (long)expires.TotalSeconds)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async Task<TrialEnd?> LookAsync(TrialTask task, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var status = await connection.CallAsync(new("HGET", RqKeys.Job(task.Id), "status"), cancellationToken).ConfigureAwait(false);
        return status.Text switch
        {
            "finished" => new TrialEnd(true, ""),
            "failed" or "stopped" or "canceled" => new TrialEnd(false, $"RQ calls it {status.Text}"),
            _ => null,
        };
    }

    public async Task<bool?> RemoveAsync(TrialTask task, CancellationToken cancellationToken)
    {
        var connection = await _store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var removed = await connection
            .CallAsync(new("LREM", RqKeys.Queue(task.Queue), 0, task.Id), cancellationToken)
            .ConfigureAwait(false);
        var status = await connection.CallAsync(new("HGET", RqKeys.Job(task.Id), "status"), cancellationToken).ConfigureAwait(false);

        // What runs needs its hash; RQ takes it away itself when it has ended.
        if (removed.Integer > 0 || status.Text is "finished" or "failed" or "stopped" or "canceled")
        {
            await connection
                .PipelineAsync(
                    [
                        new("ZREM", RqKeys.Finished(task.Queue), task.Id),
                        new("ZREM", RqKeys.Failed(task.Queue), task.Id),
                        RedisCommand.Of("DEL", RqKeys.AllOfJob(task.Id)),
                    ],
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return removed.Integer > 0;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
