using OpsRestart.Adapters.Amqp;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>Looks until the queues are drained, by <see cref="RabbitMqDrainRule"/>.</summary>
internal sealed class RabbitMqDrainProbe(RabbitMqStore store, DrainRequest request, RabbitMqSettings settings, TimeProvider time)
    : IDrainProbe
{
    // Asking costs every queue's process something: at most a fifth of the time goes there.
    private const int Leisure = 4;

    /// <summary>
    /// What can't be judged at all is refused now, and not when the time is up. A broker that is away is not refused: that is for the looks
    /// to tell.
    /// </summary>
    /// <exception cref="OpsRestartException">QueueNotFound, PreflightFailed, InvalidArgument, AuthenticationFailed,
    /// AccessDenied.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var queues = await store.ReadAsync(request.Queues, everything: false, cancellationToken).ConfigureAwait(false);
            var broker = store.Line.Endpoint.Display;
            if (queues.FirstOrDefault(static q => !q.Exists) is { } missing)
            {
                throw RabbitMqException.QueueNotFound(broker, missing.Name);
            }

            if (RabbitMqDrainRule.Blind(queues) is { } why)
            {
                throw RabbitMqException.CannotSeeUnacked(
                    broker,
                    queues.Any(static q => q.Unacked is null) ? $"{why} ({store.WhyNoManagement})" : why
                );
            }
        }
        catch (AmqpException e) when (e.Error == OpsError.ConnectionFailed)
        {
            // The first look says Unreachable.
        }
    }

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var queues = await store.ReadAsync(request.Queues, everything: false, cancellationToken).ConfigureAwait(false);
        var pause = Leisure * time.GetElapsedTime(asked);
        var seen = RabbitMqDrainRule.Judge(queues, request.Level, settings.QuorumTick);
        return seen with
        {
            RetryAfter = seen.RetryAfter > pause ? seen.RetryAfter : pause,
            Workers =
                seen.Verdict == DrainVerdict.Drained && request.ExpectedWorkers.Count > 0
                    ? await ConsumersAsync(cancellationToken).ConfigureAwait(false)
                    : [],
        };
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task<IReadOnlyList<string>> ConsumersAsync(CancellationToken cancellationToken) =>
        await store.FindManagementAsync(cancellationToken).ConfigureAwait(false) is { } api
            ? [.. (await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false)).Select(static c => c.Tag)]
            : [];
}
