namespace OpsRestart.Adapters.Redis;

/// <summary>A message of a subscription.</summary>
internal sealed record RedisMessage(string Channel, ReadOnlyMemory<byte> Payload);
