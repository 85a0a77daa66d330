namespace OpsRestart.Adapters.GraphFiles;

/// <summary>The kinds of probes that graph files can name, and the schemes of URIs that stand for them.</summary>
internal sealed record ProbeNames(IReadOnlyList<string> Kinds, IReadOnlyDictionary<string, string> Schemes)
{
    /// <summary>Null when it is no URI, or has a scheme that nothing probes.</summary>
    public string? KindOf(string uri)
    {
        var end = uri.IndexOf("://", StringComparison.Ordinal);
        return end <= 0 ? null : Schemes.GetValueOrDefault(uri[..end]);
    }
}
