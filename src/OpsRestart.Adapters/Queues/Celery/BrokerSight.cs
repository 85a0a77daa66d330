namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>How much of where a task can be the broker shows.</summary>
internal enum BrokerSight
{
    /// <summary>Everything, at one moment: Redis with CLIENT LIST; RabbitMQ with live totals (a delivered message is unacknowledged from then on).</summary>
    Full,

    /// <summary>Redis without CLIENT LIST: what is on its way to a worker can't be seen.</summary>
    NoConsumers,

    /// <summary>Only what waits: RabbitMQ without the management API, or with quorum queues, whose other numbers are seconds old. Workers are asked for the rest.</summary>
    ReadyOnly,
}
