using OpsRestart.Core.Probes;

namespace OpsRestart.Core.Queues;

/// <summary>What is bearable in one queue.</summary>
internal sealed record BacklogLimits
{
    /// <summary>Waiting tasks; by default more than 1000 are too many. Not looked at with <see cref="TimeToClear"/>.</summary>
    public Limits Count { get; init; } = new(Max: 1000);

    /// <summary>Seconds that it may take at the present rate until nothing waits.</summary>
    public Limits TimeToClear { get; init; } = Limits.None;

    /// <summary>Where a time is asked for and no rate can be had, as of a queue that nobody counts: waiting tasks.</summary>
    public Limits CountWithoutRate { get; init; } = Limits.None;

    /// <summary>Age of the oldest waiting task, where the system records it.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Fewer workers that consume it are too few, also while nothing waits. Default 0.</summary>
    public int MinConsumers { get; init; }

    /// <summary>
    /// Nothing done for so long, while more than <see cref="StuckOver"/> wait, is stuck. Default 180 s; null: not looked at.
    /// </summary>
    public TimeSpan? StuckAfter { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Default 10 tasks.</summary>
    public long StuckOver { get; init; } = 10;
}
