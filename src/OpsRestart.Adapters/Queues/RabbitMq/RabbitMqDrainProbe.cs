using OpsRestart.Adapters.Amqp;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>Looks until the queues are drained, by <see cref="RabbitMqDrainRule"/>.</summary>
internal sealed class RabbitMqDrainProbe(RabbitMqReader reader, DrainRequest request, RabbitMqSettings settings, TimeProvider time) : IDrainProbe
{
    // Asking costs every queue's process something: at most a fifth of the time goes there.
    private const int Leisure = 4;
    private static readonly TimeSpan WhileAway = TimeSpan.FromMilliseconds(250);
    private readonly RabbitMqDrainRule rule = new(request.Level, settings.QuorumTick);
    private readonly IReadOnlyList<string> expected = WorkerNames.Expand(request.ExpectedWorkers);
    private readonly long began = time.GetTimestamp();

    /// <summary>What can't be judged at all is refused now, and not when the time is up. A broker that is away is not refused: that is for the looks to tell.</summary>
    /// <exception cref="OpsRestartException">QueueNotFound, PreflightFailed, InvalidArgument, AuthenticationFailed, AccessDenied.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var queues = await reader.ReadAsync(request.Queues, everything: false, cancellationToken).ConfigureAwait(false);
            var broker = reader.Line.Endpoint.Display;
            if (queues.FirstOrDefault(static q => !q.Exists) is { } missing)
            {
                throw RabbitMqException.QueueNotFound(broker, missing.Name);
            }

            if (RabbitMqDrainRule.Blind(queues) is { } why)
            {
                throw RabbitMqException.CannotSeeUnacked(broker, queues.Any(static q => q.Unacked is null) ? $"{why} ({reader.WhyNoManagement})" : why);
            }
        }
        catch (AmqpException e) when (e.Error == OpsError.ConnectionFailed)
        {
            // The first look says Unreachable.
        }
    }

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var asked = time.GetTimestamp();
            var verdict = rule.Add(time.GetElapsedTime(began), await reader.ReadAsync(request.Queues, everything: false, cancellationToken).ConfigureAwait(false));
            var pause = Leisure * time.GetElapsedTime(asked);
            return Observe(verdict.Verdict == DrainVerdict.Drained ? await WithExpectedAsync(verdict, cancellationToken).ConfigureAwait(false) : verdict, pause);
        }
        catch (AmqpException e) when (e.Error == OpsError.ConnectionFailed)
        {
            rule.Restart();
            return new DrainObservation { Verdict = DrainVerdict.Unreachable, RetryAfter = WhileAway, Evidence = [e.Message] };
        }
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private async Task<RabbitMqVerdict> WithExpectedAsync(RabbitMqVerdict drained, CancellationToken cancellationToken)
    {
        if (expected.Count == 0)
        {
            return drained;
        }

        var api = await reader.FindManagementAsync(cancellationToken).ConfigureAwait(false);
        var tags = api is null ? [] : (await api.GetConsumersAsync(cancellationToken).ConfigureAwait(false)).Select(static c => c.Tag).ToList();
        var absent = WorkerNames.Missing(expected, tags);
        return absent.Count == 0 ? drained : drained with { Verdict = DrainVerdict.NoReply, RetryAfter = WhileAway, Evidence = [.. absent.Select(static a => $"the expected consumer {a} is not there")] };
    }

    private static DrainObservation Observe(RabbitMqVerdict verdict, TimeSpan pause) => new()
    {
        Verdict = verdict.Verdict,
        Confidence = verdict.Verdict == DrainVerdict.Drained ? DrainConfidence.Timed : DrainConfidence.None,
        Waiting = verdict.Waiting,
        Held = verdict.Held,
        RetryAfter = verdict.RetryAfter > pause ? verdict.RetryAfter : pause,
        Evidence = verdict.Evidence,
    };
}
