namespace OpsRestart.Core.Queues;

/// <summary>What to suspend and how.</summary>
internal sealed record SuspendRequest
{
    /// <summary>None: all queues.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary>Workers (wildcards allowed); none: all.</summary>
    public IReadOnlyList<string> Workers { get; init; } = [];

    /// <summary>
    /// A person named these queues or workers: rather refuse than suspend more. Otherwise more is suspended where the system can't do less.
    /// </summary>
    public bool Exactly { get; init; }

    /// <summary>
    /// Where time runs out (the token is cancelled), what is suspended by then stays so and is returned: before a stop better than none.
    /// </summary>
    public bool KeepPart { get; init; }

    /// <summary>After this process dies the suspension ends within this time, where the system can let it expire. Default 30 s.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
