namespace OpsRestart.Adapters.Probes;

/// <summary>What one try found; the base adds the time, the target and the latency.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Reason">A short stable word.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record ProbeVerdict(ProbeStatus Status, string Reason, string Detail)
{
    public static ProbeVerdict Healthy(string reason, string detail) => new(ProbeStatus.Healthy, reason, detail);

    public static ProbeVerdict Degraded(string reason, string detail) => new(ProbeStatus.Degraded, reason, detail);

    public static ProbeVerdict Starting(string reason, string detail) => new(ProbeStatus.Starting, reason, detail);

    public static ProbeVerdict Unhealthy(string reason, string detail) => new(ProbeStatus.Unhealthy, reason, detail);

    public static ProbeVerdict Unknown(string reason, string detail) => new(ProbeStatus.Unknown, reason, detail);
}
