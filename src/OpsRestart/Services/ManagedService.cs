namespace OpsRestart;

/// <summary>
/// One unit of systemd or one program of supervisord, on one host, at one moment. Flat, UTC, every property always present;
/// a value that the manager does not have, or that was not asked for, is null.
/// </summary>
public sealed record ManagedService
{
    /// <summary>
    /// Name as admins type it: without <c>.service</c> for systemd services, with its suffix for other unit types; <c>group:program</c> for
    /// supervisord.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The manager's own full name of it, for example <c>nautobot.service</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Who runs it.</summary>
    public ServiceManagerKind Manager { get; init; }

    /// <summary>The system's manager, or the user's own.</summary>
    public ServiceScope Scope { get; init; }

    /// <summary>The host it is on; <c>localhost</c> unless asked for elsewhere.</summary>
    public string HostName { get; init; } = "localhost";

    /// <summary>The address of the program's supervisord, without its password; null: this machine's own, or a unit.</summary>
    public string? Socket { get; init; }

    /// <summary>The unit's Description, or the program's command; empty when there is none.</summary>
    public string Description { get; init; } = "";

    /// <summary>What it is doing, in one word.</summary>
    public ServiceState State { get; init; }

    /// <summary>systemd's ActiveState; for supervisord the statename (RUNNING, BACKOFF, FATAL …).</summary>
    public string ActiveState { get; init; } = "";

    /// <summary>systemd's SubState.</summary>
    public string SubState { get; init; } = "";

    /// <summary>systemd's LoadState: loaded, not-found, masked, bad-setting, error.</summary>
    public string LoadState { get; init; } = "";

    /// <summary>Whether it starts at boot: systemd's UnitFileState (enabled, disabled, static, masked …).</summary>
    public string? Boot { get; init; }

    /// <summary>When it came into its present ActiveState.</summary>
    public DateTime? Since { get; init; }

    /// <summary>How long it has been in its present ActiveState, at <see cref="SampledAt"/>.</summary>
    public TimeSpan? Uptime => Since is { } since ? SampledAt - since : null;

    /// <summary>Its main process; null when none runs.</summary>
    public int? MainPid { get; init; }

    /// <summary>Tasks (threads and processes) in its control group.</summary>
    public long? Tasks { get; init; }

    /// <summary>Memory of its control group, in bytes.</summary>
    public long? Memory { get; init; }

    /// <summary>Automatic restarts since it was last started by hand (systemd's NRestarts).</summary>
    public long? Restarts { get; init; }

    /// <summary>
    /// Its unit file was changed on disk after it was loaded (systemd's NeedDaemonReload); a program's section says something else than
    /// supervisord has read. Null: not asked for, or not known.
    /// </summary>
    public bool? NeedsReload { get; init; }

    /// <summary>systemd's Result of the last run: success, exit-code, signal, timeout, start-limit-hit, oom-kill …</summary>
    public string? Result { get; init; }

    /// <summary>Exit status or signal of the main process' last run.</summary>
    public int? ExitStatus { get; init; }

    /// <summary>systemd's InvocationID: another one means that the service was started again.</summary>
    public string? InvocationId { get; init; }

    /// <summary>systemd's unit type of service: simple, exec, forking, notify, oneshot.</summary>
    public string? Type { get; init; }

    /// <summary>The unit file; null when there is none.</summary>
    public string? FragmentPath { get; init; }

    /// <summary>Its control group, below the root of the hierarchy; null when there is none.</summary>
    public string? ControlGroup { get; init; }

    /// <summary>
    /// How long the manager waits after TERM before it sends KILL (TimeoutStopSec, stopwaitsecs). Null: not asked for;
    /// <see cref="Timeout.InfiniteTimeSpan"/>: for ever.
    /// </summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>The file that a program writes to (stdout_logfile); null: none, or a unit.</summary>
    public string? LogPath { get; init; }

    /// <summary>systemd's KillMode.</summary>
    public string? KillMode { get; init; }

    /// <summary>supervisord's stopsignal, without SIG; null for a unit, or not asked for.</summary>
    public string? StopSignal { get; init; }

    /// <summary>supervisord's stopasgroup: the stop signal reaches the children too. Null: a unit, or not known.</summary>
    public bool? StopAsGroup { get; init; }

    /// <summary>supervisord's killasgroup: KILL reaches the children too. Null: a unit, or not asked for.</summary>
    public bool? KillAsGroup { get; init; }

    /// <summary>systemd's Restart= setting.</summary>
    public string? RestartPolicy { get; init; }

    /// <summary>When this was read.</summary>
    public DateTime SampledAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
