namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Owns what all probes have in common: time, the deadline of one try, cancellation, hiding of secrets, and that a failing check is a
/// value. A leaf reads its settings when it is made, by which it also says which it knows, and touches nothing then; what is wrong becomes
/// findings, never exceptions. It makes one fresh connection a try, as a client does after a restart, and judges the answer.
/// </summary>
internal abstract class ProbeBase(ProbeSettings settings, ProbeContext context, TimeProvider time) : IProbe
{
    private const int LongestDetail = 4096;
    private static readonly LimitScale Latency = LimitScale.Time with
    {
        Keys = (null, "critLatency", null, "maxLatency"),
        Ranges = (null, null),
    };
    private static readonly TimeSpan LastWordTime = TimeSpan.FromMilliseconds(50);

    private readonly ProbeDefinition _definition = settings.Definition;

    /// <summary>A good answer that took longer is Degraded, or Unhealthy. Without: any time within the timeout will do.</summary>
    private readonly ProbeLimits _latency = ProbeLimits.Read(settings, Latency);

    protected ProbeContext Context { get; } = context;

    protected TimeProvider Time { get; } = time;

    /// <summary>How long this one try may take.</summary>
    protected TimeSpan TryTimeout => _definition.Timeout;

    /// <summary>Who is talked to, for sentences: "Redis at 127.0.0.1:6379".</summary>
    protected abstract string Peer { get; }

    protected virtual bool IsUnixSocket => false;

    /// <summary>What is shown as the result's target. Default: as written in the definition, without secrets.</summary>
    protected virtual string ShownTarget => SecretText.RedactTarget(_definition.Kind, _definition.Target);

    /// <summary>What an admin looks at next when it does not answer.</summary>
    protected virtual string NextStep =>
        Context.Node is { } node ? $"Look at the log of {node.Service}." : "Check that the service runs and listens there (ss -ltnp).";

    public async Task<ProbeResult> CheckAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var checkedAt = Time.GetUtcNow().UtcDateTime;
        var start = Time.GetTimestamp();
        var verdict = await JudgeAsync(cancellationToken).ConfigureAwait(false);
        var latency = Time.GetElapsedTime(start);
        verdict = WithinLatency(verdict, latency);
        return new ProbeResult
        {
            Probe = _definition.Kind,
            Target = ForeignText.OneLine(ShownTarget, LongestDetail),
            Status = verdict.Status,
            Latency = latency,
            Reason = ForeignText.Word(verdict.Reason, ProbeReason.ProtocolError),
            Detail = ForeignText.OneLine(verdict.Detail, LongestDetail),
            Measures = verdict.Measures,
            CheckedAt = checkedAt,
            Node = _definition.Node ?? Context.Node?.Name,
        };
    }

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>One try. May throw what the network throws; the base explains it.</summary>
    protected abstract Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken);

    /// <summary>A leaf's own answer to an exception; null: the common one.</summary>
    protected virtual ProbeVerdict? Explain(Exception error) => null;

    /// <summary>When the time of one try is over and it has no last word.</summary>
    protected virtual ProbeVerdict OnTimeout() => ProbeVerdict.TimedOut(Peer, TryTimeout, NextStep);

    private async Task<ProbeVerdict> JudgeAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_definition.Timeout, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var trial = TryAsync(either.Token);
        try
        {
            // WaitAsync, because some calls (name lookup) don't listen to the token.
            return await trial.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return await LastWordAsync(trial).ConfigureAwait(false) ?? OnTimeout();
        }
        catch (Exception e)
        {
            return Explain(e) ?? ProbeVerdict.Of(e, Peer, NextStep, IsUnixSocket);
        }
    }

    // A leaf that listens to the token may know more than "timeout" (it heard something, only not what was expected).
    private static async Task<ProbeVerdict?> LastWordAsync(Task<ProbeVerdict> trial)
    {
        await Task.WhenAny(trial, Task.Delay(LastWordTime)).ConfigureAwait(false);
        return trial.IsCompletedSuccessfully ? await trial.ConfigureAwait(false) : null;
    }

    private ProbeVerdict WithinLatency(ProbeVerdict verdict, TimeSpan latency)
    {
        if (_latency.IsEmpty)
        {
            return verdict;
        }

        var measured = verdict with { Measures = [.. verdict.Measures, .. _latency.Bounds.Measure("time", latency.TotalSeconds, "s")] };
        return
            _latency.Bounds.Breach(latency.TotalSeconds) is { } breach
            && ProbeSeverity.Of(breach.Status) > ProbeSeverity.Of(verdict.Status)
            && verdict.Status is ProbeStatus.Healthy or ProbeStatus.Degraded
            ? measured with
            {
                Status = breach.Status,
                Reason = ProbeReason.Slow,
                Detail = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{verdict.Detail} It took {latency.TotalMilliseconds:0} ms; "
                        + $"{(breach.Status == ProbeStatus.Degraded ? "maxLatency" : "critLatency")} is {breach.Bound * 1000:0} ms."
                ),
            }
            : measured;
    }
}
