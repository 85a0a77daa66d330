namespace OpsRestart.Core.Abstractions;

/// <summary>What to suspend and how.</summary>
public sealed record SuspendRequest
{
    /// <summary>None: all queues.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Workers (wildcards allowed); none: all.</summary>
    public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>After this process dies the suspension ends within this time, where the system can let it expire. Default 30 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
