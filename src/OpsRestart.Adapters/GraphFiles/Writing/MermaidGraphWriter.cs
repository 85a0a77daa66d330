using System.Text;

namespace OpsRestart.Adapters.GraphFiles.Writing;

/// <summary>A Mermaid flowchart.</summary>
internal static class MermaidGraphWriter
{
    private static readonly Dictionary<string, (string Open, string Close, string Style)> Looks = new()
    {
        ["datastore"] = ("[(", ")]", "fill:#dbeafe,stroke:#1d4ed8,color:#111"),
        ["worker"] = ("[[", "]]", "fill:#dcfce7,stroke:#15803d,color:#111"),
        ["scheduler"] = ("{{", "}}", "fill:#fef9c3,stroke:#a16207,color:#111"),
        ["web"] = ("([", "])", "fill:#fae8ff,stroke:#a21caf,color:#111"),
        ["service"] = ("[", "]", "fill:#f4f4f5,stroke:#52525b,color:#111"),
        ["queue"] = ("[/", "/]", "fill:#ffedd5,stroke:#c2410c,color:#111"),
    };

    public static string Write(ServiceGraph graph)
    {
        var ids = GraphDrawing.Ids(graph);
        var text = new StringBuilder();
        text.Append("---\ntitle: ").Append(System.Text.Json.JsonSerializer.Serialize(graph.Name)).Append("\n---\nflowchart TD\n");
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
            var arrow = edge switch
            {
                { IsWork: true } => "==>",
                { Label: "" } => "-->",
                _ => "-.->",
            };
            text.Append($"    {edge.From} {arrow}{(edge.Label.Length == 0 ? "" : $"|{edge.Label}|")} {edge.To}\n");
        }

        foreach (
            var role in GraphDrawing.Roles.Append("queue").Where(role => text.ToString().Contains(":::" + role, StringComparison.Ordinal))
        )
        {
            text.Append($"    classDef {role} {Looks[role].Style}\n");
        }

        return text.ToString();
    }

    private static void Shape(StringBuilder text, string id, string look, IReadOnlyList<string> label) =>
        text.Append($"    {id}{Looks[look].Open}\"{string.Join("<br/>", label.Select(Escape))}\"{Looks[look].Close}:::{look}\n");

    private static string Escape(string text) =>
        text.Replace("&", "#amp;", StringComparison.Ordinal)
            .Replace("\"", "#quot;", StringComparison.Ordinal)
            .Replace("<", "#lt;", StringComparison.Ordinal);
}
