using System.Net;

namespace OpsRestart.Adapters.Queues;

/// <summary>Expected workers as written in a graph: wildcards, and <c>{hostname}</c> for this machine's name.</summary>
internal static class WorkerNames
{
    /// <summary>The name that workers of this machine give as their host.</summary>
    public static string HostName { get; } = Dns.GetHostName();

    public static IReadOnlyList<string> Expand(IEnumerable<string> patterns) =>
        [.. patterns.Select(static p => p.Replace("{hostname}", HostName, StringComparison.Ordinal))];

    /// <summary>The patterns that none of the names matches.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyList<string> patterns, IReadOnlyCollection<string> names) =>
        [.. patterns.Where(p => !names.Any(n => NameMatch.Matches(n, p)))];

    /// <summary>True when there are no patterns.</summary>
    public static bool Covers(IReadOnlyList<string> patterns, string name) =>
        patterns.Count == 0 || patterns.Any(p => NameMatch.Matches(name, p));
}
