using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>A task for Celery's workers over Redis: put into the list where kombu would put it.</summary>
internal sealed class RedisTaskTrial(RedisEndpoint broker, CeleryTaskResults results, CelerySettings settings, TimeProvider time)
    : ITaskTrial
{
    private readonly RedisLine _line = new(broker);
    private readonly RedisLayout _layout = RedisLayout.From(settings, broker.Database);
    private readonly Dictionary<string, byte[]> _messages = new(StringComparer.Ordinal);

    public async Task SendAsync(TrialTask task, TimeSpan expires, CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        var message = CeleryTaskMessage.ForRedis(task, settings.ContentType ?? PidboxEnvelope.Json, time.GetUtcNow() + expires);
        _messages[task.Id] = message;
        await connection.CallAsync(new("LPUSH", _layout.QueueKey(task.Queue, 0), message), cancellationToken).ConfigureAwait(false);
    }

    public Task<TrialEnd?> LookAsync(TrialTask task, CancellationToken cancellationToken) => results.FindAsync(task.Id, cancellationToken);

    public async Task<bool?> RemoveAsync(TrialTask task, CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        var removed = await connection
            .CallAsync(new("LREM", _layout.QueueKey(task.Queue, 0), 0, _messages[task.Id]), cancellationToken)
            .ConfigureAwait(false);
        await results.RemoveAsync(task.Id, cancellationToken).ConfigureAwait(false);
        return removed.Integer > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync().ConfigureAwait(false);
        await results.DisposeAsync().ConfigureAwait(false);
    }
}
