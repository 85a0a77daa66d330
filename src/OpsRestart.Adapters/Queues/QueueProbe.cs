using OpsRestart.Adapters.Wire;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues;

/// <summary>What the probes of queue systems have in common: the time of one try, and words for a broker that does not answer.</summary>
internal abstract class QueueProbe(ProbeDefinition definition, TimeProvider time) : IProbe
{
    private const int LongestDetail = 4096;

    protected ProbeDefinition Definition { get; } = definition;

    public async Task<ProbeResult> CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var checkedAt = time.GetUtcNow().UtcDateTime;
        var began = time.GetTimestamp();
        var verdict = await JudgeAsync(cancellationToken).ConfigureAwait(false);
        var latency = time.GetElapsedTime(began);
        verdict = WithinLatency(verdict, latency);
        return new ProbeResult
        {
            Probe = Definition.Kind,
            Target = ForeignText.OneLine(SecretText.RedactAddress(Definition.Target), LongestDetail),
            Status = verdict.Status,
            Reason = verdict.Reason,
            Detail = ForeignText.OneLine(verdict.Detail, LongestDetail),
            Latency = latency,
            CheckedAt = checkedAt,
            Service = Definition.Service,
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract Task<QueueProbeVerdict> TryAsync(CancellationToken cancellationToken);

    private async Task<QueueProbeVerdict> JudgeAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Definition.Timeout);
        try
        {
            // What is given up closes what it opened by itself, but a silent broker may have a last second for that.
            return await TryAsync(deadline.Token).WaitAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new QueueProbeVerdict(ProbeStatus.Unhealthy, "Timeout", $"No verdict within {Duration.Format(Definition.Timeout)}. Check the load of the broker and its workers.");
        }
        catch (OpsRestartException e)
        {
            var code = (e as Redis.RedisException)?.Code ?? e.Error.ToString();
            return new QueueProbeVerdict(code is "LOADING" ? ProbeStatus.Starting : ProbeStatus.Unhealthy, code, $"{e.Message} {e.Advice}".TrimEnd());
        }
    }

    private QueueProbeVerdict WithinLatency(QueueProbeVerdict verdict, TimeSpan latency) =>
        verdict.Status == ProbeStatus.Healthy && new QueueSettings(Definition.Settings).Span(QueueProbeKind.MaxLatency) is { } limit && latency > limit
            ? new(ProbeStatus.Degraded, "Slow", FormattableString.Invariant($"{verdict.Detail} It took {latency.TotalMilliseconds:0} ms; maxLatency is {limit.TotalMilliseconds:0} ms."))
            : verdict;
}
