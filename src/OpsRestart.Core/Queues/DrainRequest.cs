namespace OpsRestart.Core.Queues;

/// <summary>What a drain is to reach.</summary>
internal sealed record DrainRequest
{
    public DrainLevel Level { get; init; } = DrainLevel.Drained;

    /// <summary>Queue names; none: all that the system has or its workers consume.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Names of workers that must be there and answer (wildcards allowed); none: any.</summary>
    public IReadOnlyList<string> ExpectedWorkers { get; init; } = [];
}
