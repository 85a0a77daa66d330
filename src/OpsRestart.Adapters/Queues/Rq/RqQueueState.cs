namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>One queue at one moment.</summary>
internal sealed record RqQueueState(string Name, long Ready, long Intermediate, long Started, long Scheduled, long Deferred, long Failed);
