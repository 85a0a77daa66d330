namespace OpsRestart.Adapters.Supervisor;

/// <summary>What the configuration says of one process; null: not known.</summary>
/// <param name="Id">supervisord's full name.</param>
internal sealed record ProgramSection(string Id)
{
    public TimeSpan? StopWait { get; init; }

    public bool? StopAsGroup { get; init; }

    public bool? AutoStart { get; init; }
}
