using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Parameters;

/// <summary>
/// Reads what is written in PowerShell (a URI, a hashtable) as what it would be in a graph file. JSON is a subset of YAML, so that the one reader
/// of graph files reads it, with its checks and its words.
/// </summary>
internal static class ProbeText
{
    /// <exception cref="OpsRestartException">InvalidGraph: not a probe.</exception>
    public static IReadOnlyList<ProbeDefinition> Read(IGraphReader reader, object probe)
    {
        var graph = new Dictionary<string, object?>
        {
            ["graph"] = "probe",
            ["services"] = new Dictionary<string, object?> { ["probe"] = new Dictionary<string, object?> { ["unit"] = "probe", ["ready"] = Plain(probe) } },
        };
        var document = reader.Parse(JsonSerializer.Serialize(graph), null);
        return document is { IsValid: true, Graph: { } read }
            ? [.. read.Nodes[0].Ready.Select(static p => p with { Service = null, Line = 0 })]
            : throw new OpsRestartException(
                OpsError.InvalidArgument,
                string.Join(' ', document.Findings.Select(static f => f.Message.Replace(" of service 'probe'", "", StringComparison.Ordinal))),
                SecretText.Redact(probe.ToString() ?? ""),
                document.Findings.FirstOrDefault(static f => f.Advice is not null)?.Advice);
    }

    private static object? Plain(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        bool or string or int or long or double => value is PSObject inner ? inner.BaseObject : value,
        TimeSpan time => time.TotalSeconds,
        IDictionary map => map.Cast<DictionaryEntry>().ToDictionary(static e => e.Key.ToString()!, static e => Plain(e.Value)),
        IEnumerable list => list.Cast<object?>().Select(Plain).ToList(),
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };
}
