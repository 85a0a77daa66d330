using OpsRestart.Adapters.Amqp;
using RabbitMQ.Client;

namespace OpsRestart.Adapters.Queues.Celery.OverAmqp;

/// <summary>A task for Celery's workers over RabbitMQ, through the default exchange; a queue has to be there.</summary>
internal sealed class AmqpTaskTrial(AmqpEndpoint broker, CeleryTaskResults results, CelerySettings settings, TimeProvider time) : ITaskTrial
{
    private readonly AmqpLine _line = new(broker);

    public async Task SendAsync(TrialTask task, TimeSpan expires, CancellationToken cancellationToken) =>
        await _line
            .UseAsync(
                "queueing a task",
                task.Queue,
                async (channel, token) =>
                {
                    await channel.QueueDeclarePassiveAsync(task.Queue, token).ConfigureAwait(false);
                    await channel
                        .BasicPublishAsync("", task.Queue, mandatory: false, Properties(task, expires), CeleryTaskMessage.Body(task), token)
                        .ConfigureAwait(false);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    public Task<TrialEnd?> LookAsync(TrialTask task, CancellationToken cancellationToken) => results.FindAsync(task.Id, cancellationToken);

    public async Task<bool?> RemoveAsync(TrialTask task, CancellationToken cancellationToken)
    {
        await results.RemoveAsync(task.Id, cancellationToken).ConfigureAwait(false);

        // One message can't be taken out of the middle of a queue.
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync().ConfigureAwait(false);
        await results.DisposeAsync().ConfigureAwait(false);
    }

    private BasicProperties Properties(TrialTask task, TimeSpan expires) =>
        new()
        {
            ContentType = settings.ContentType ?? PidboxEnvelope.Json,
            ContentEncoding = "utf-8",
            CorrelationId = task.Id,
            ReplyTo = Guid.NewGuid().ToString(),
            Priority = 0,
            Expiration = ((long)expires.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            Headers = new Dictionary<string, object?>
            {
                ["lang"] = "py",
                ["task"] = task.Name,
                ["id"] = task.Id,
                ["shadow"] = null,
                ["eta"] = null,
                ["expires"] = CeleryTaskMessage.Expires(time.GetUtcNow() + expires),
                ["group"] = null,
                ["group_index"] = null,
                ["retries"] = 0,
                ["timelimit"] = new List<object?> { null, null },
                ["root_id"] = task.Id,
                ["parent_id"] = null,
                ["argsrepr"] = CeleryTaskMessage.Shown(task.Arguments),
                ["kwargsrepr"] = "{}",
                ["origin"] = "opsrestart",
                ["ignore_result"] = false,
            },
        };
}
