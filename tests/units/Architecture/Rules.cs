using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OpsRestart.Tests.Units.Architecture;

/// <summary>The rules of docs/ARCHITECTURE.md as functions over facts; each returns its violations as sentences.</summary>
internal static partial class Rules
{
    private const string Adapters = "OpsRestart.Adapters.";

    /// <summary>Each room, and the rooms that it may know.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Rooms = new Dictionary<string, string[]>
    {
        ["OpsRestart"] = [],
        ["OpsRestart.Core"] = ["OpsRestart"],
        ["OpsRestart.Adapters"] = ["OpsRestart.Core", "OpsRestart"],
        ["OpsRestart.Module"] = ["OpsRestart.Adapters", "OpsRestart.Core", "OpsRestart"],
        ["OpsRestart.Cli"] = ["OpsRestart.Adapters", "OpsRestart.Core", "OpsRestart"],
    };

    /// <summary>Adapters that any other may stand on.</summary>
    private static readonly string[] Common = ["Redis", "Amqp", "Wire", "Commands", "Files", "Settings"];

    /// <summary>Folders of the engine, each with those below it.</summary>
    private static readonly string[] Floors = ["Planning", "Execution", "Reports"];

    /// <summary>What the pure engine must not touch: types (whole namespaces end in a dot) and members.</summary>
    private static readonly string[] Impure =
    [
        "System.IO.",
        "System.Net.",
        "System.Diagnostics.Process",
        "System.Diagnostics.ProcessStartInfo",
        "System.Diagnostics.Stopwatch",
        "System.Console",
        "System.Environment",
        "System.Timers.",
        "System.Threading.Timer",
        "System.Runtime.InteropServices.NativeLibrary",
        "Microsoft.Win32.",
        "System.DateTime::get_Now",
        "System.DateTime::get_UtcNow",
        "System.DateTime::get_Today",
        "System.DateTimeOffset::get_Now",
        "System.DateTimeOffset::get_UtcNow",
        "System.Threading.Thread::Sleep",
        "System.Threading.Tasks.Task::Wait",
        "System.Random::get_Shared",
    ];

    public static IEnumerable<string> ForeignRooms(string room, IEnumerable<string> references) =>
        references.Where(Rooms.ContainsKey).Except(Rooms[room]).Select(r => $"{room} must not know {r}");

    public static IEnumerable<string> Packages(string room, XDocument project) =>
        project.Descendants("PackageReference").Select(p => $"{room} takes no package, but has {p.Attribute("Include")?.Value}");

    public static IEnumerable<string> ProjectRooms(string room, XDocument project) =>
        ForeignRooms(
            room,
            project.Descendants("ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p.Attribute("Include")!.Value))
        );

    public static IEnumerable<string> Siblings(IReadOnlyDictionary<string, HashSet<string>> uses) =>
        from type in uses
        let own = Adapter(type.Key)
        where own is not null and not "Composition"
        from used in type.Value
        let other = Adapter(used)
        where other is not null && !MayKnow(own, other)
        select $"{type.Key} uses {used}: adapters don't know each other";

    /// <summary>Of the engine: what is below a folder does not know it.</summary>
    public static IEnumerable<string> Upward(IReadOnlyDictionary<string, HashSet<string>> uses) =>
        from type in uses
        let own = Floor(type.Key)
        from used in type.Value
        where own >= 0 && Floor(used) > own
        select $"{type.Key} uses {used}: a plan knows no run, and a run not how it is told";

    private static int Floor(string type) =>
        Array.FindIndex(Floors, f => type.StartsWith($"OpsRestart.Core.{f}.", StringComparison.Ordinal));

    public static IEnumerable<string> Impurities(IReadOnlyDictionary<string, HashSet<string>> uses) =>
        from type in uses
        from used in type.Value
        where Impure.Any(i => i.EndsWith('.') ? used.StartsWith(i, StringComparison.Ordinal) : used == i)
        select $"{type.Key} uses {used}: the engine is pure";

    /// <summary>A public type is alone in its file, and the file bears its name.</summary>
    public static IEnumerable<string> PublicTypes(string path, string text)
    {
        var names = PublicType().Matches(text).Select(static m => m.Groups[1].Value).Distinct().ToList();
        var file = Path.GetFileName(path).Split('.')[0];
        return names.Count > 1 ? [$"{path} holds {string.Join(", ", names)}"]
            : names.Count == 1 && names[0] != file ? [$"{path} holds {names[0]}"]
            : [];
    }

    /// <summary>
    /// systemd, Redis … of a full type name; Queues.Celery and Queues.Rq are adapters of their own beside their common folder Queues.
    /// </summary>
    private static string? Adapter(string type)
    {
        if (!type.StartsWith(Adapters, StringComparison.Ordinal))
        {
            return null;
        }

        var parts = type[Adapters.Length..].Split("::")[0].Split('.');
        return parts.Length == 1 ? null
            : parts[0] == "Queues" && parts.Length > 2 ? $"Queues.{parts[1]}"
            : parts[0];
    }

    // The probes of queue systems are probes.
    private static bool MayKnow(string own, string other) =>
        own == other || Common.Contains(other) || (other is "Queues" or "Probes" && own.StartsWith("Queues", StringComparison.Ordinal));

    // At the left margin: types in types belong to their outer one.
    [GeneratedRegex(
        @"^public (?:(?:static|sealed|abstract|partial|readonly|unsafe|ref) )*(?:record struct|record class|class|struct|interface|enum|record|delegate \S+) (\w+)",
        RegexOptions.Multiline
    )]
    private static partial Regex PublicType();
}
