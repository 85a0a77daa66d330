using OpsRestart.Adapters.GraphFiles.Writing;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Writes a graph as text. Secrets stay the templates that they are; nothing is looked up.</summary>
internal sealed class GraphWriter(ProbeNames probes)
{
    /// <summary>
    /// The text, with <c>\n</c> line ends. <see cref="GraphFormat.Yaml"/> reads back as the same graph; sets of instances stay expanded.
    /// </summary>
    public string Write(ServiceGraph graph, GraphFormat format)
    {
        return format switch
        {
            GraphFormat.Yaml => new YamlGraphWriter(probes).Write(graph),
            GraphFormat.Mermaid => MermaidGraphWriter.Write(graph),
            GraphFormat.Dot => DotGraphWriter.Write(graph),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
    }
}
