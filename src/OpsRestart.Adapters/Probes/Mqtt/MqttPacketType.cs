namespace OpsRestart.Adapters.Probes.Mqtt;

/// <summary>The packets that a broker sends.</summary>
internal enum MqttPacketType
{
    ConnectAnswer = 2,
    Publish = 3,
    SubscribeAnswer = 9,
    PingAnswer = 13,
}
