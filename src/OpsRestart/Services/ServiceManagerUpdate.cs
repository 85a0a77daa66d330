namespace OpsRestart;

/// <summary>What a service manager has taken up from its configuration.</summary>
public sealed record ServiceManagerUpdate
{
    /// <summary>Who was told to.</summary>
    public ServiceManagerKind Manager { get; init; }

    /// <summary>supervisord's groups that are new; those that say so are started. systemd does not tell.</summary>
    public IReadOnlyList<string> Added
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>supervisord's groups that were changed: they were stopped, and started again if they say so.</summary>
    public IReadOnlyList<string> Changed
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>supervisord's groups that are gone from its configuration: they were stopped.</summary>
    public IReadOnlyList<string> Removed
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <inheritdoc />
    public override string ToString() =>
        Added.Count + Changed.Count + Removed.Count == 0
            ? "nothing added, changed or removed"
            : string.Join("; ", new[] { Part("added", Added), Part("changed", Changed), Part("removed", Removed) }.OfType<string>());

    private static string? Part(string what, IReadOnlyList<string> groups) =>
        groups.Count == 0 ? null : $"{what}: {string.Join(", ", groups)}";
}
