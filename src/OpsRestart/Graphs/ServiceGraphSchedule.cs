namespace OpsRestart;

/// <summary>An operation on a graph that systemd begins by itself, from time to time: a timer and the service that it starts.</summary>
public sealed record ServiceGraphSchedule
{
    /// <summary>The name of both units, without their suffix: <c>opsrestart-nautobot</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Name or full path of the graph.</summary>
    public required string Graph { get; init; }

    /// <summary>What is done with it.</summary>
    public required GraphOperation Operation { get; init; }

    /// <summary>When, as systemd.time(7) has it: <c>Sun 06:00</c>.</summary>
    public required string Calendar { get; init; }

    /// <summary>It begins up to so much later, at random. Zero: at once.</summary>
    public TimeSpan RandomizedDelay { get; init; }

    /// <summary>While one of these files exists the run is skipped (exit code 8).</summary>
    public IReadOnlyList<string> SkipIf
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Who runs it.</summary>
    public string User { get; init; } = "root";

    /// <summary>The timer is set, and begins the operation when its time comes.</summary>
    public bool Active { get; init; }

    /// <summary>UTC, the random delay included; null: never, or not known.</summary>
    public DateTime? Next { get; init; }

    /// <summary>UTC, when the timer last began it; null: not yet.</summary>
    public DateTime? Last { get; init; }

    /// <summary>Exit code of the last run; null: none has ended since the service was loaded.</summary>
    public int? LastExitCode { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
