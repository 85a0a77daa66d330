namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>What a graph or cmdlet may say about an RQ installation.</summary>
internal sealed record RqSettings
{
    public static readonly IReadOnlyList<string> Keys = ["serializer"];

    /// <summary>The workers' serializer: pickle (default) or json. Needed only for the empty jobs that wake idle workers.</summary>
    public bool UsesJson { get; init; }

    public static RqSettings From(IReadOnlyDictionary<string, object?> settings) =>
        new() { UsesJson = string.Equals(new QueueSettings(settings).Text("serializer"), "json", StringComparison.OrdinalIgnoreCase) };
}
