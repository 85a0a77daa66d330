namespace OpsRestart.Adapters.Amqp;

/// <summary>What a passive declaration tells of a queue; live for classic and quorum queues. What was delivered and not acknowledged is in neither number.</summary>
internal sealed record QueueCount(long Ready, int Consumers);
