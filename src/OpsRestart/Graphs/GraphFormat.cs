namespace OpsRestart;

/// <summary>What a graph can be written as.</summary>
public enum GraphFormat
{
    /// <summary>The graph file itself; reading it gives the same graph.</summary>
    Yaml,

    /// <summary>A flowchart for Mermaid, which many wikis and code hosts draw.</summary>
    Mermaid,

    /// <summary>For Graphviz: <c>dot -Tpng</c>.</summary>
    Dot,
}
