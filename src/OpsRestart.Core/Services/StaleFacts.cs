namespace OpsRestart.Core.Services;

/// <summary>What was found on disk and in the processes of a service.</summary>
internal sealed record StaleFacts
{
    public static readonly StaleFacts None = new();

    /// <summary>When its main process began, where that is known better than since when the service is active.</summary>
    public DateTime? ProcessStart { get; init; }

    /// <summary>Its unit file and drop-ins, with their last change.</summary>
    public IReadOnlyList<FileChange> UnitFiles { get; init; } = [];

    /// <summary>The files that its graph names, with their last change.</summary>
    public IReadOnlyList<FileChange> ConfigFiles { get; init; } = [];

    /// <summary>Scripts that its main process runs, with their last change.</summary>
    public IReadOnlyList<FileChange> Programs { get; init; } = [];

    /// <summary>Programs that its processes run and that are no longer at their place.</summary>
    public IReadOnlyList<string> ReplacedPrograms { get; init; } = [];

    /// <summary>Libraries that its processes have loaded and that are no longer at their place.</summary>
    public IReadOnlyList<string> ReplacedLibraries { get; init; } = [];

    /// <summary>Processes that this user may not look at.</summary>
    public int Hidden { get; init; }
}

/// <param name="Path">The file.</param>
/// <param name="At">Its last change, of content or attributes (ctime): an installed file may be older than its installation.</param>
internal sealed record FileChange(string Path, DateTime At);
