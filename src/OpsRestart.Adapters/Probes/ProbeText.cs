using OpsRestart.Adapters.Wire;

namespace OpsRestart.Adapters.Probes;

/// <summary>Makes what a server said fit into a sentence.</summary>
internal static class ProbeText
{
    /// <inheritdoc cref="ForeignText.OneLine"/>
    public static string OneLine(string text, int limit = 200) => ForeignText.OneLine(text, limit);
}
