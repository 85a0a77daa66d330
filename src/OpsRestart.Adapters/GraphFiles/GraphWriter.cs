using OpsRestart.Adapters.GraphFiles.Writing;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Writes a graph as text. Secrets stay the templates that they are; nothing is looked up.</summary>
public static class GraphWriter
{
    /// <summary>The text, with <c>\n</c> line ends. <see cref="GraphFormat.Yaml"/> reads back as the same graph; sets of instances stay expanded.</summary>
    public static string Write(ServiceGraph graph, GraphFormat format)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return format switch
        {
            GraphFormat.Yaml => YamlGraphWriter.Write(graph),
            GraphFormat.Mermaid => MermaidGraphWriter.Write(graph),
            GraphFormat.Dot => DotGraphWriter.Write(graph),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
    }
}
