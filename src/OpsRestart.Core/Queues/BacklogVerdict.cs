namespace OpsRestart.Core.Queues;

/// <summary>Whether what waits in one queue is bearable.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Reason">A short stable word.</param>
/// <param name="Detail">A sentence.</param>
internal sealed record BacklogVerdict(ProbeStatus Status, string Reason, string Detail)
{
    public IReadOnlyList<ProbeMeasure> Measures { get; init; } = [];
}
