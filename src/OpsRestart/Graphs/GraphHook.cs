namespace OpsRestart;

/// <summary>
/// Something that runs in a restart, such as a migration: unless it names another phase after everything that the run stops has stopped and
/// the datastores are ready again, before anything else starts.
/// </summary>
public sealed record GraphHook
{
    /// <summary>Its name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>The command and its arguments, run without a shell. Empty: it is a script block.</summary>
    public IReadOnlyList<string> Command
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The folder it runs in; null: the caller's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The Unix user to run it as; null: the caller.</summary>
    public string? User { get; init; }

    /// <summary>
    /// Variables for it, as written; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>. It inherits none but PATH, language and time
    /// zone.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>When it runs.</summary>
    public HookPhase When { get; init; }

    /// <summary>Nodes that must be ready before it runs, in the phase DatastoresReady. Default: the datastores of the graph.</summary>
    public IReadOnlyList<string> Needs
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Default 10 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The line in the graph's file, 1-based; 0 when it does not come from a file.</summary>
    public int Line { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
