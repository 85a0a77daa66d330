using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// Calls that read properties. PID 1's time counts: one Get is about 30 µs, GetAll 300-700 µs (400 of a service), UnitFileState
/// of a unit that was not asked before milliseconds.
/// </summary>
internal static class PropertyCalls
{
    private const string UnitInterface = "org.freedesktop.systemd1.Unit";

    private static readonly string[] Running = ["MainPID", "MemoryCurrent", "TasksCurrent", "NRestarts"];
    private static readonly string[] Active = [.. Running, "Result"];
    private static readonly string[] Resting = ["NRestarts", "Result"];
    private static readonly string[] RunningOther = ["MemoryCurrent", "TasksCurrent", "Result"];
    private static readonly string[] RestingOther = ["Result"];
    private static readonly string[] OfAnyUnit = ["NeedDaemonReload", "InvocationID", "FragmentPath"];
    private static readonly string[] OfAnyService =
    [
        "ExecMainExitTimestamp",
        "ExecMainStatus",
        "Type",
        "ControlGroup",
        "TimeoutStopUSec",
        "KillMode",
        "Restart",
    ];

    /// <summary>Every property of every interface of a unit.</summary>
    public static BusCall All(string id) => new(UnitName.ToPath(id), SystemdLink.PropertiesInterface, "GetAll", "");

    /// <summary>
    /// What a long list shows: since when, pid, memory, tasks, restarts and result, as far as the unit's type and state have them.
    /// </summary>
    public static IReadOnlyList<BusCall> Chosen(UnitListing unit)
    {
        var path = UnitName.ToPath(unit.Id);
        var calls = new List<BusCall> { Get(path, UnitInterface, ServiceMapper.SinceProperty(unit.ActiveState)) };
        var type = UnitName.ToInterface(unit.Id);
        calls.AddRange(Names(unit).Select(name => Get(path, type, name)));
        return calls;
    }

    /// <summary>All that a <see cref="ManagedService"/> holds but for Boot, and for resting units their invocation and file.</summary>
    public static IReadOnlyList<BusCall> AllButBoot(UnitListing unit)
    {
        var path = UnitName.ToPath(unit.Id);
        if (!unit.IsActive)
        {
            // systemd may load such a unit for each single call and drop it again: few calls are quicker than small ones.
            return
            [
                new(path, SystemdLink.PropertiesInterface, "GetAll", UnitName.ToInterface(unit.Id)),
                Get(path, UnitInterface, ServiceMapper.SinceProperty(unit.ActiveState)),
                Get(path, UnitInterface, "NeedDaemonReload"),
            ];
        }

        var type = UnitName.ToInterface(unit.Id);
        var own = unit.Id.EndsWith(UnitName.Service, StringComparison.Ordinal) ? OfAnyService : [];
        return [.. Chosen(unit), .. OfAnyUnit.Select(name => Get(path, UnitInterface, name)), .. own.Select(name => Get(path, type, name))];
    }

    /// <summary>The property that a call asks for; null when it asks for all.</summary>
    public static string? PropertyOf(BusCall call) => call.Member == "Get" ? (string)call.Arguments[1] : null;

    private static string[] Names(UnitListing unit) =>
        unit.Id[unit.Id.LastIndexOf('.')..] switch
        {
            UnitName.Service when unit.SubState == "running" => Running,
            UnitName.Service => unit.IsActive ? Active : Resting,
            ".socket" or ".mount" or ".swap" or ".scope" => unit.IsActive ? RunningOther : RestingOther,
            ".timer" or ".path" or ".automount" => RestingOther,
            _ => [],
        };

    private static BusCall Get(string path, string type, string property) =>
        new(path, SystemdLink.PropertiesInterface, "Get", type, property);
}
