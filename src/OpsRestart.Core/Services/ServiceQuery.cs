namespace OpsRestart.Core.Services;

/// <summary>Which services to read, and how much of each.</summary>
internal sealed record ServiceQuery
{
    /// <summary>
    /// Names as admins type them, with wildcards (<c>*</c>, <c>?</c>, <c>[]</c>) or template sets (<c>celery@{a,b}</c>). None: all loaded
    /// services. A name without wildcards that does not exist comes back as <see cref="ServiceState.NotFound"/>; a wildcard that matches
    /// nothing gives nothing.
    /// </summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>
    /// Pid, memory, tasks, restarts, since, result, boot and the stop settings too. Costs one round trip a service (pipelined). Services
    /// that are named have all of it; where wildcards find more than some dozens, only pid, memory, tasks, restarts, since and result are
    /// read of those.
    /// </summary>
    public bool Detailed { get; init; }

    /// <summary>
    /// With <see cref="Detailed"/>: Boot need not be there. systemd looks through all its folders for that: 4 ms for each unit that is not
    /// loaded.
    /// </summary>
    public bool WithoutBoot { get; init; }

    /// <summary>Units that are not loaded but have a unit file too.</summary>
    public bool IncludeUnloaded { get; init; }
}
