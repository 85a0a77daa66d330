using OpsRestart.Core.Graph;

namespace OpsRestart.Parameters;

/// <summary>Reads a probe as it would be written in a graph file: a URI, or a hashtable.</summary>
internal static class ProbeText
{
    /// <exception cref="OpsRestartException">InvalidArgument: not a probe.</exception>
    public static IReadOnlyList<ProbeDefinition> Read(IGraphReader reader, object probe)
    {
        var service = new Dictionary<string, object?> { ["unit"] = "probe", ["ready"] = probe };
        var graph = new Dictionary<string, object?>
        {
            ["graph"] = "probe",
            ["services"] = new Dictionary<string, object?> { ["probe"] = service },
        };
        try
        {
            return
            [
                .. GraphText
                    .Read(reader, graph, SecretText.Redact(probe.ToString() ?? ""))
                    .Nodes[0]
                    .Ready.Select(static p => p with { Node = null, Line = 0 }),
            ];
        }
        catch (OpsRestartException e)
        {
            throw new OpsRestartException(
                e.Error,
                e.Message.Replace(" of service 'probe'", "", StringComparison.Ordinal),
                e.Target,
                e.Advice
            );
        }
    }
}
