namespace OpsRestart.Adapters.Supervisor;

/// <summary>Programs in the words that all managers share.</summary>
/// <param name="address">Where their supervisord listens.</param>
/// <param name="isGiven">The address was named: who gets the service needs it to find it again.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramMapper(SupervisorAddress address, bool isGiven, TimeProvider time)
{
    /// <param name="program">As supervisord tells of it.</param>
    /// <param name="settings">Null: not asked for.</param>
    /// <param name="isOurs">This process has just started it.</param>
    public ManagedService Map(ProgramInfo program, ProgramSettings? settings, bool isOurs) =>
        Nameless() with
        {
            Name = program.Display,
            Id = program.Id,
            Description = settings?.Command ?? "",
            State = program.IsToStart(settings) ? ServiceState.Starting : program.ToState(isOurs),
            ActiveState = program.Word,
            LoadState = "loaded",
            Boot =
                settings is null ? null
                : settings.AutoStart ? "enabled"
                : "disabled",
            Since = program.State is ProgramState.Running or ProgramState.Starting ? program.Start : program.Stop ?? program.Start,
            MainPid = program.Pid > 0 ? program.Pid : null,
            Result = program.SpawnError.Length > 0 ? ForeignText.OneLine(program.SpawnError) : null,
            ExitStatus = program.State is ProgramState.Exited or ProgramState.Fatal or ProgramState.Backoff ? program.ExitStatus : null,
            InvocationId = program.InvocationId,
            LogPath = program.OutputFile,
            NeedsReload = settings?.IsStale,
            StopTimeout = settings?.StopWait,
            StopSignal = settings?.StopSignal,
            StopAsGroup = settings?.StopAsGroup,
            KillAsGroup = settings?.KillAsGroup,
        };

    public ManagedService NotFound(string name) =>
        Nameless() with
        {
            Name = name,
            Id = name,
            State = ServiceState.NotFound,
            LoadState = "not-found",
        };

    private ManagedService Nameless() =>
        new()
        {
            Name = "",
            Id = "",
            Manager = ServiceManagerKind.Supervisor,
            HostName = address.IsLocal ? "localhost" : address.Http!.Host,
            Socket = isGiven ? address.ToString() : null,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };
}
