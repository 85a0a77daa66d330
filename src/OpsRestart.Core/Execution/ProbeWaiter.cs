using OpsRestart.Core.Probes;

namespace OpsRestart.Core.Execution;

/// <summary>Makes a probe and repeats it until it is healthy: first tries close together, then backing off to its own pause.</summary>
internal sealed class ProbeWaiter(IProbeFactory probes, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>A deadline that passes is a result; a cancelled token throws.</summary>
    public async Task<ProbeTry> WaitAsync(
        ProbeDefinition definition,
        ProbeContext context,
        Action<ProbeResult>? tried,
        CancellationToken cancellationToken
    )
    {
        var probe = probes.Create(definition, context);
        await using (probe.ConfigureAwait(false))
        {
            return await WaitAsync(probe, definition, tried, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ProbeTry> WaitAsync(
        IProbe probe,
        ProbeDefinition definition,
        Action<ProbeResult>? tried,
        CancellationToken cancellationToken
    )
    {
        var began = time.GetTimestamp();
        var pause = FirstPause;
        var inARow = 0;
        for (var tries = 1; ; tries++)
        {
            var result = await TryAsync(probe, definition, definition.Within - time.GetElapsedTime(began), cancellationToken)
                .ConfigureAwait(false);
            tried?.Invoke(result);
            inARow = result.IsGood ? inARow + 1 : 0;
            var elapsed = time.GetElapsedTime(began);
            if (inARow >= Math.Max(1, definition.Successes) || elapsed >= definition.Within)
            {
                return new ProbeTry(inARow >= Math.Max(1, definition.Successes), result, tries, elapsed);
            }

            // Successes in a row are asked for to see that it stays: they keep the full pause.
            var next = inARow > 0 ? definition.Every : pause;
            await Task.Delay(Shorter(next, definition.Within - elapsed), time, cancellationToken).ConfigureAwait(false);
            pause = Shorter(pause * 1.6, definition.Every);
        }
    }

    private async Task<ProbeResult> TryAsync(IProbe probe, ProbeDefinition definition, TimeSpan left, CancellationToken cancellationToken)
    {
        // The probe bounds itself by its own timeout; this bounds it by what is left of the wait, when that is shorter.
        using var deadline = new CancellationTokenSource(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await probe.CheckAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResult
            {
                Probe = definition.Kind,
                Target = SecretText.RedactTarget(definition.Kind, definition.Target),
                Status = ProbeStatus.Unhealthy,
                Reason = "Timeout",
                Detail = $"No answer before the {Duration.Format(definition.Within)} that it was given had passed.",
                CheckedAt = time.GetUtcNow().UtcDateTime,
                Node = definition.Node,
            };
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
