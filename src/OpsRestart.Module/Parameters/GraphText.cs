using System.Collections;
using System.Globalization;
using System.Text.Json;
using OpsRestart.Core.Graph;

namespace OpsRestart.Parameters;

/// <summary>
/// Reads what is written in PowerShell (URIs, hashtables) as what it would be in a graph file. JSON is a subset of YAML, so that the one
/// reader of graph files reads it, with its checks and its words.
/// </summary>
internal static class GraphText
{
    private const int MaxDepth = 16;

    /// <exception cref="OpsRestartException">InvalidArgument: it can't be read.</exception>
    public static ServiceGraph Read(IGraphReader reader, IReadOnlyDictionary<string, object?> graph, string target)
    {
        var document = reader.Parse(JsonSerializer.Serialize(Plain(graph, 0)), null);
        return document is { IsValid: true, Graph: { } read }
            ? read
            : throw new OpsRestartException(
                OpsError.InvalidArgument,
                string.Join(' ', document.Findings.Select(static f => f.Message)),
                target,
                document.Findings.FirstOrDefault(static f => f.Advice is not null)?.Advice
            );
    }

    private static object? Plain(object? value, int depth) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            _ when depth > MaxDepth => throw new OpsRestartException(
                OpsError.InvalidArgument,
                $"The hashtable is nested more than {MaxDepth} deep, or holds itself."
            ),
            null => null,
            bool or int or long or double => value is PSObject inner ? inner.BaseObject : value,
            TimeSpan time => time.TotalSeconds,
            IReadOnlyDictionary<string, object?> own => own.ToDictionary(static p => p.Key, p => Plain(p.Value, depth + 1)),
            IDictionary map => Map(map, depth),
            IEnumerable list and not string => list.Cast<object?>().Select(item => Plain(item, depth + 1)).ToList(),
            var other => Convert.ToString(other, CultureInfo.InvariantCulture),
        };

    private static Dictionary<string, object?> Map(IDictionary map, int depth)
    {
        var plain = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in map)
        {
            var key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            if (!plain.TryAdd(key, Plain(entry.Value, depth + 1)))
            {
                throw new OpsRestartException(OpsError.InvalidArgument, $"The key '{key}' is there twice.", key, "Keep one of them.");
            }
        }

        return plain;
    }
}
