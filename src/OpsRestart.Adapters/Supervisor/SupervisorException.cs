namespace OpsRestart.Adapters.Supervisor;

/// <summary>A failure of supervisord, or of the way to it.</summary>
internal sealed class SupervisorException(
    OpsError error,
    string message,
    string? target = null,
    string? advice = null,
    int? fault = null,
    Exception? inner = null
) : OpsRestartException(error, message, target, advice, inner)
{
    /// <summary>The code of supervisord's fault (supervisor/xmlrpc.py); null when it was not supervisord that refused.</summary>
    public int? Fault { get; } = fault;

    public static SupervisorException Unknown(string name, IReadOnlyCollection<string>? known = null) =>
        new(
            OpsError.UnitNotFound,
            $"supervisord has no program '{name}'.",
            name,
            known is null
                ? null
                : NearestName.Advice(name, known) ?? (known.Count > 0 ? $"It has {NearestName.Some(known)}." : "It has none.")
        );

    public static SupervisorException NoAddressOf(string host) =>
        new(
            OpsError.InvalidArgument,
            $"supervisord on {host} is not reached by ssh.",
            host,
            "Name the address at which it listens, as http://user:password@host:9001, or run this there."
        );

    public static SupervisorException NoBoot(string what, IReadOnlyList<string> names, string value) =>
        new(
            OpsError.InvalidArgument,
            $"{string.Join(", ", names)} can't be {what} by a call: supervisord reads that from its configuration.",
            names.Count > 0 ? names[0] : null,
            $"Write autostart={value} in the program's section, then update supervisord."
        );

    public static SupervisorException Refused(SupervisorFault fault, string action, string target) =>
        new(
            fault.Code switch
            {
                SupervisorFault.BadName => OpsError.UnitNotFound,
                SupervisorFault.UnknownMethod => OpsError.ProtocolError,
                SupervisorFault.CannotReread => OpsError.InvalidArgument,
                _ => OpsError.JobFailed,
            },
            $"supervisord could not {action}: {ForeignText.OneLine(fault.Message)}.",
            target,
            fault.Code == SupervisorFault.CannotReread
                ? "Mend its configuration; what runs goes on as it was."
                : "Look at supervisord's log.",
            fault.Code
        );
}
