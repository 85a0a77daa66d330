namespace OpsRestart;

/// <summary>What one probe saw, once.</summary>
public sealed record ProbeResult
{
    /// <summary>The kind of probe: redis, postgres, http, tcp, log …</summary>
    public required string Probe { get; init; }

    /// <summary>What was probed, without secrets.</summary>
    public required string Target { get; init; }

    /// <summary>The verdict.</summary>
    public ProbeStatus Status { get; init; }

    /// <summary>Time from the first byte sent (connecting included) to the verdict.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>A short stable word for the verdict: PONG, LOADING, NOAUTH, Refused, Timeout, 200, 57P03 …</summary>
    public string Reason { get; init; } = "";

    /// <summary>A sentence for people, with what to do next when it is not healthy.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The numbers that it was judged by, where it has any.</summary>
    public IReadOnlyList<ProbeMeasure> Measures
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>UTC.</summary>
    public DateTime CheckedAt { get; init; }

    /// <summary>The node of the graph that the probe belongs to; null: a probe of the whole graph, or of none.</summary>
    public string? Node { get; init; }

    /// <summary>
    /// Healthy or Degraded: it answers as it should, whether or not that deserves a warning. A wait ends here, and nothing counts as
    /// failed.
    /// </summary>
    public bool IsGood => Status is ProbeStatus.Healthy or ProbeStatus.Degraded;

    /// <inheritdoc />
    public override string ToString() => $"{Probe} {Target}: {Status} ({Reason})";
}
