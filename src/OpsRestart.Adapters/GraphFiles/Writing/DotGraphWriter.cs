using System.Text;

namespace OpsRestart.Adapters.GraphFiles.Writing;

/// <summary>A directed graph for Graphviz.</summary>
internal static class DotGraphWriter
{
    private static readonly Dictionary<string, (string Shape, string Fill)> Looks = new()
    {
        ["datastore"] = ("cylinder", "#dbeafe"),
        ["worker"] = ("box3d", "#dcfce7"),
        ["scheduler"] = ("hexagon", "#fef9c3"),
        ["web"] = ("oval", "#fae8ff"),
        ["service"] = ("box", "#f4f4f5"),
        ["queue"] = ("parallelogram", "#ffedd5"),
    };

    public static string Write(ServiceGraph graph)
    {
        var ids = GraphDrawing.Ids(graph);
        var text = new StringBuilder();
        text.Append(
            $"digraph {Quoted(graph.Name)} {{\n    rankdir=TB\n    node [style=filled fontname=\"sans-serif\" fontsize=11]\n    edge "
                + $"[fontname=\"sans-serif\" fontsize=9]\n"
        );
        foreach (var node in graph.Nodes)
        {
            Shape(text, ids[node], GraphDrawing.RoleOf(node), GraphDrawing.Label(node));
        }

        foreach (var queue in graph.Queues)
        {
            Shape(text, ids[queue], "queue", GraphDrawing.Label(queue));
        }

        foreach (var edge in GraphDrawing.Edges(graph))
        {
            var look = edge switch
            {
                { IsWork: true } => "penwidth=2",
                { Label: "" } => "",
                _ => "style=dashed",
            };
            var attributes = string.Join(
                ' ',
                new[] { edge.Label.Length == 0 ? "" : $"label={Quoted(edge.Label)}", look }.Where(static a => a.Length > 0)
            );
            text.Append($"    {edge.From} -> {edge.To}{(attributes.Length == 0 ? "" : $" [{attributes}]")}\n");
        }

        return text.Append("}\n").ToString();
    }

    private static void Shape(StringBuilder text, string id, string look, IReadOnlyList<string> label) =>
        text.Append($"    {id} [label={Quoted(string.Join('\n', label))} shape={Looks[look].Shape} fillcolor=\"{Looks[look].Fill}\"]\n");

    private static string Quoted(string text) =>
        '"'
        + text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        + '"';
}
