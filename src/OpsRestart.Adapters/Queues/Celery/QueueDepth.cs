namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>The numbers of one queue. Held is not counted per queue where the broker can't tell (null).</summary>
internal sealed record QueueDepth(string Queue, long Ready, long? Held, string Freshness = "live");
