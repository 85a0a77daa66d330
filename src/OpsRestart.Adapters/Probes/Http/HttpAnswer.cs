namespace OpsRestart.Adapters.Probes.Http;

/// <summary>What came back: the status, the headers by name (values joined), and the beginning of the body.</summary>
internal sealed record HttpAnswer(int Status, string Phrase, IReadOnlyDictionary<string, string> Headers, string Body);
