using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Expands <c>celery@{critical,general}</c>: one service that is several instances of a template.</summary>
internal static partial class InstanceSet
{
    /// <summary>Written in a probe or a check of such a service, it stands for the instance.</summary>
    public const string Placeholder = "{instance}";

    public const int Limit = 200;

    /// <summary>
    /// The instances with their unit names; one with the instance null when the text has no set; null when the set is wrong. Numbers may be
    /// a range: <c>{1..4}</c>.
    /// </summary>
    public static IReadOnlyList<(string? Instance, string Service)>? Expand(string service)
    {
        var sets = Set().Matches(service);
        if (sets.Count != 1)
        {
            return sets.Count == 0 && service.IndexOfAny(['{', '}']) < 0 ? [(null, service)] : null;
        }

        var set = sets[0];
        var instances = Range(set.Groups[1].Value) ?? set.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries);
        var valid =
            instances.Count <= Limit
            && instances.All(static i => i.Length > 0)
            && instances.Distinct(StringComparer.Ordinal).Count() == instances.Count;
        return valid ? [.. instances.Select(i => ((string?)i, service[..set.Index] + i + service[(set.Index + set.Length)..]))] : null;
    }

    private static IReadOnlyList<string>? Range(string text)
    {
        var range = Numbers().Match(text);
        if (!range.Success || !int.TryParse(range.Groups[1].Value, out var first) || !int.TryParse(range.Groups[2].Value, out var last))
        {
            return null;
        }

        return last < first || last - first >= Limit ? [""] : [.. Enumerable.Range(first, last - first + 1).Select(static n => $"{n}")];
    }

    [GeneratedRegex(@"\{([^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Set();

    [GeneratedRegex(@"^(\d+)\.\.(\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
