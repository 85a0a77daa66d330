namespace OpsRestart.Adapters.Systemd;

/// <summary>What systemd tells of a unit, as a <see cref="ManagedService"/>.</summary>
internal sealed class ServiceMapper(SystemdTarget target, TimeProvider time, RestartHistory history)
{
    /// <summary>State only.</summary>
    public ManagedService Map(UnitListing unit) =>
        new()
        {
            Name = UnitName.ToDisplay(unit.Id),
            Id = unit.Id,
            Manager = ServiceManagerKind.Systemd,
            Scope = target.Scope,
            HostName = target.HostName,
            Description = unit.Description,
            State = UnitState.Map(unit.LoadState, unit.ActiveState, unit.SubState),
            ActiveState = unit.ActiveState,
            SubState = unit.SubState,
            LoadState = unit.LoadState,
            Boot = unit.UnitFileState,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };

    /// <summary>State and whatever is among the properties.</summary>
    public ManagedService Map(UnitListing unit, UnitProperties properties)
    {
        // Properties are younger than the listing that led to them.
        var latest = unit with
        {
            Description = properties.Text("Description") ?? unit.Description,
            LoadState = properties.Text("LoadState") ?? unit.LoadState,
            ActiveState = properties.Text("ActiveState") ?? unit.ActiveState,
            SubState = properties.Text("SubState") ?? unit.SubState,
        };
        return WithFlapping(WithDetails(Map(latest), properties));
    }

    /// <summary>The property that says since when a unit is in its state, as systemctl status shows it.</summary>
    public static string SinceProperty(string activeState) =>
        activeState switch
        {
            "active" or "reloading" or "refreshing" => "ActiveEnterTimestamp",
            "activating" => "InactiveExitTimestamp",
            "deactivating" => "ActiveExitTimestamp",
            _ => "InactiveEnterTimestamp",
        };

    private static ManagedService WithDetails(ManagedService service, UnitProperties properties) =>
        service with
        {
            Boot = properties.Text("UnitFileState") ?? service.Boot,
            Since = properties.Moment(SinceProperty(service.ActiveState)),
            MainPid = properties.Count("MainPID") is { } pid and not 0 ? (int)pid : null,
            Tasks = properties.Count("TasksCurrent"),
            Memory = properties.Count("MemoryCurrent"),
            Restarts = properties.Count("NRestarts"),
            NeedsReload = properties.Flag("NeedDaemonReload"),
            Result = properties.Text("Result") ?? RunningResult(service),
            ExitStatus = properties.Moment("ExecMainExitTimestamp") is null ? null : (int?)properties.Count("ExecMainStatus"),
            InvocationId = properties.Hex("InvocationID"),
            Type = properties.Text("Type"),
            FragmentPath = properties.Text("FragmentPath"),
            ControlGroup = properties.Text("ControlGroup"),
            StopTimeout = properties.Span("TimeoutStopUSec"),
            KillMode = properties.Text("KillMode"),
            RestartPolicy = properties.Text("Restart"),
        };

    // Each start sets the result to success, and what sets another one also ends the running: so for long lists it isn't asked for.
    private static string? RunningResult(ManagedService service) =>
        service is { SubState: "running", ActiveState: "active" } ? "success" : null;

    private ManagedService WithFlapping(ManagedService service)
    {
        var risen = history.HasRisen(service.Id, service.Restarts, service.SampledAt);
        var flapping = UnitState.IsFlapping(service.ActiveState, service.SubState, service.Restarts, service.Uptime, risen);
        return flapping ? service with { State = ServiceState.Flapping } : service;
    }
}
