namespace OpsRestart;

/// <summary>A service that runs and should be restarted: what it stands on is newer than it is.</summary>
public sealed record StaleService
{
    /// <summary>Its name in the graph; of a service that was looked at without one, its own.</summary>
    public required string Name { get; init; }

    /// <summary>The unit or program.</summary>
    public required string Service { get; init; }

    /// <summary>The graph that was looked at; null: none.</summary>
    public string? Graph { get; init; }

    /// <summary>Who runs it.</summary>
    public ServiceManagerKind Manager { get; init; }

    /// <summary>The system's manager, or the user's own.</summary>
    public ServiceScope Scope { get; init; }

    /// <summary>The host it is on, as <c>user@host</c>; <c>localhost</c>: this one.</summary>
    public string HostName { get; init; } = "localhost";

    /// <summary>Since when it runs (UTC).</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>All that is newer, at least one.</summary>
    public IReadOnlyList<StaleReason> Reasons
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <inheritdoc />
    public override string ToString() => Name;
}
