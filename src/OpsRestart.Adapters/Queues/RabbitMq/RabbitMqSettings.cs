using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>What a graph or cmdlet may say about plain RabbitMQ queues.</summary>
internal sealed record RabbitMqSettings
{
    /// <summary>The management API's address; <c>off</c>; null: looked for at http://HOST:15672 (amqps: https://HOST:15671).</summary>
    public string? Management { get; init; }

    /// <summary>The broker's quorum_tick_interval, the age that a quorum queue's numbers may have. Default 5 s.</summary>
    public TimeSpan QuorumTick { get; init; } = TimeSpan.FromSeconds(5);

    public static RabbitMqSettings Read(SettingReader settings) =>
        new() { Management = ManagementAccess.Read(settings), QuorumTick = settings.Duration("quorumTick") ?? TimeSpan.FromSeconds(5) };
}
