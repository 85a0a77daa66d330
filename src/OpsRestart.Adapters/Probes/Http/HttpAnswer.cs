namespace OpsRestart.Adapters.Probes.Http;

/// <summary>What came back: the status, the headers by name (values joined), and the beginning of the body.</summary>
internal sealed record HttpAnswer(int Status, string Phrase, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>There is more of the body than was read.</summary>
    public bool IsCut { get; init; }

    /// <summary>The time was over while the body still came.</summary>
    public bool IsLate { get; init; }
}
