namespace OpsRestart;

/// <summary>A service in a graph: one managed service, with what it needs and how it shows that it is ready.</summary>
public sealed record ServiceNode
{
    /// <summary>Its name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>The unit of systemd or the program of supervisord; of a node with commands its name.</summary>
    public required string Service { get; init; }

    /// <summary>Who runs the service. Default: systemd.</summary>
    public ServiceManagerKind Manager { get; init; }

    /// <summary>What it is managed by when <see cref="Manager"/> is <see cref="ServiceManagerKind.Command"/>; otherwise null.</summary>
    public ServiceCommands? Commands { get; init; }

    /// <summary>The system's manager (default), or the calling user's own.</summary>
    public ServiceScope Scope { get; init; }

    /// <summary>Null: this host. Otherwise <c>user@host</c> as for ssh.</summary>
    public string? HostName { get; init; }

    /// <summary>
    /// The address of the supervisord that runs the program, <c>unix:///path</c> or <c>http://user:password@host:port</c>; null: the one
    /// that this machine's configuration names.
    /// </summary>
    public string? Socket { get; init; }

    /// <summary>datastore, scheduler, worker, web, … free text; <c>datastore</c> decides where a hook runs.</summary>
    public string? Role { get; init; }

    /// <summary>These are ready before this one starts, and this one is stopped before these stop.</summary>
    public IReadOnlyList<string> Needs
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>These are ready before this one starts; says nothing of stopping.</summary>
    public IReadOnlyList<string> StartsAfter
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>These are stopped before this one stops; says nothing of starting.</summary>
    public IReadOnlyList<string> StopsAfter
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>All must be healthy before the node counts as ready.</summary>
    public IReadOnlyList<ProbeDefinition> Ready
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>
    /// After it is ready, it has to stay the same invocation, without a restart, for this long before what needs it goes on. Null, the
    /// default: a node without probes has to be up for 2 s when the run is validated, beside other steps; one with probes is judged by
    /// them. Zero: neither.
    /// </summary>
    public TimeSpan? StableFor { get; init; }

    /// <summary>How long the manager's start job may take. Default 90 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>
    /// How long a stop may take until the whole control group is killed. Default: null, the manager's own timeout plus 5 s.
    /// </summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>A command that checks the configuration before anything is changed (exit code 0 is good).</summary>
    public IReadOnlyList<string> Check
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>How long that command may take; then it is ended, and the check has failed. Default 30 s.</summary>
    public TimeSpan CheckTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Files and folders that it reads when it starts: a change of one of them makes it stale. A folder stands for all below it.
    /// </summary>
    public IReadOnlyList<string> Config
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>A protected node is never stopped by a run that was not asked for it by name.</summary>
    public bool Protected { get; init; }

    /// <summary>The line in the graph's file, 1-based; 0 when it does not come from a file.</summary>
    public int Line { get; init; }

    /// <summary>A probe of this node: it looks at the node's service, on its host, in its scope.</summary>
    public ProbeDefinition Bind(ProbeDefinition probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        return probe with
        {
            Node = Name,
            Service = Service,
            Manager = Manager,
            Commands = Commands,
            Scope = Scope,
            HostName = HostName,
            Socket = Socket,
        };
    }

    /// <inheritdoc />
    public override string ToString() => Name;
}
