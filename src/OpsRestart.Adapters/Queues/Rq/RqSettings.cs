using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>What a graph or cmdlet may say about an RQ installation.</summary>
internal sealed record RqSettings
{
    /// <summary><c>serializer</c>: the workers'. Needed only for the empty jobs that wake idle workers.</summary>
    public RqSerializer Serializer { get; init; }

    public static RqSettings Read(SettingReader settings) => new() { Serializer = settings.Choice<RqSerializer>("serializer") ?? default };
}

internal enum RqSerializer
{
    Pickle,
    Json,
}
