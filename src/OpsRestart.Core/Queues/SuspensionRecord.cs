namespace OpsRestart.Core.Queues;

/// <summary>A suspension and the process that made it.</summary>
internal sealed record SuspensionRecord
{
    public required QueueSuspension Suspension { get; init; }

    public int OwnerPid { get; init; }

    public string OwnerHost { get; init; } = "";

    /// <summary>The boot that the owner belongs to (boot_id); with it, the start and the pid name one process and no later one.</summary>
    public string OwnerBoot { get; init; } = "";

    /// <summary>When it started, in clock ticks since that boot.</summary>
    public long OwnerStartTicks { get; init; }

    /// <summary>Whether the owner still runs and holds it. A record whose owner is gone was left behind.</summary>
    public bool IsOwnerAlive { get; init; }

    public override string ToString() =>
        $"{Suspension}, suspended by process {OwnerPid} on {OwnerHost}{(IsOwnerAlive ? "" : ", which has ended")}";
}
