namespace OpsRestart.Core.Drain;

/// <summary>How much may wait in one queue.</summary>
public sealed record BacklogLimits
{
    /// <summary>Waiting tasks. Default 1000. Not looked at with <see cref="TimeToClear"/>.</summary>
    public long Max { get; init; } = 1000;

    /// <summary>Age of the oldest waiting task, where the system records it.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How long it may take at the present rate until nothing waits.</summary>
    public TimeSpan? TimeToClear { get; init; }
}
