namespace OpsRestart.Adapters.Queues.RabbitMq;

/// <summary>What the rule says after one more look.</summary>
internal sealed record RabbitMqVerdict(DrainVerdict Verdict, long Waiting, long Held, TimeSpan RetryAfter, IReadOnlyList<string> Evidence);
