namespace OpsRestart;

/// <summary>
/// The commands that a node is managed by where no service manager knows it, such as a site's own <c>restart-server</c>. They run without a
/// shell, on this machine.
/// </summary>
public sealed record ServiceCommands
{
    /// <summary>Starts it and ends; exit code 0: it was started. What it leaves running is the service, and stays.</summary>
    public required IReadOnlyList<string> Start
    {
        get;
        init => field = ModelList.Of(value);
    }

    /// <summary>Stops it and ends; exit code 0: it was stopped.</summary>
    public required IReadOnlyList<string> Stop
    {
        get;
        init => field = ModelList.Of(value);
    }

    /// <summary>
    /// Tells whether it runs, by its exit code, as the LSB has it: 0 up, 3 down, 1 and 2 dead; any other says nothing. Empty: whether it
    /// runs is not known.
    /// </summary>
    public IReadOnlyList<string> Status
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>Restarts it in one go, where nothing has to happen between its stop and its start. Empty: stop, then start.</summary>
    public IReadOnlyList<string> Restart
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>The Unix user to run them as; null: the caller.</summary>
    public string? User { get; init; }

    /// <summary>The folder they run in; null: the caller's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Variables for them, as written; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>. They inherit none but PATH, language and time
    /// zone.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// How long <see cref="Status"/> may take; null, the default: 30 s. The others have the node's <see cref="ServiceNode.StartTimeout"/>
    /// and <see cref="ServiceNode.StopTimeout"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
