using OpsRestart.Core.Graph;

namespace OpsRestart.Adapters.Queues;

/// <summary>Expected workers as written in a graph: wildcards, and <c>{hostname}</c> for this machine's name.</summary>
internal static class WorkerNames
{
    public static IReadOnlyList<string> Expand(IEnumerable<string> patterns) =>
        [.. patterns.Select(static p => p.Replace("{hostname}", LocalProcess.HostName, StringComparison.Ordinal))];

    /// <summary>The patterns that none of the names matches.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyList<string> patterns, IReadOnlyCollection<string> names) =>
        [.. patterns.Where(p => !names.Any(n => NameMatch.Matches(n, p)))];

    /// <summary>True when there are no patterns.</summary>
    public static bool Covers(IReadOnlyList<string> patterns, string name) => patterns.Count == 0 || patterns.Any(p => NameMatch.Matches(name, p));
}
