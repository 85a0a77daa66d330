namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>The broker's side at one moment (S in the rule).</summary>
internal sealed record BrokerLook
{
    /// <summary>Tasks in the queues, all priorities; where only their presence was asked for, the number of non-empty lists.</summary>
    public long Ready { get; init; }

    /// <summary>Delivered and not acknowledged.</summary>
    public long HeldCount { get; init; }

    /// <summary>Which those are, where the broker can tell; null: only their number is known.</summary>
    public IReadOnlyList<HeldMessage>? Held { get; init; }

    /// <summary>Some of them were gone again before they could be read: look again.</summary>
    public bool HeldChanged { get; init; }

    /// <summary>The workers' task connections; null where the broker does not have such a thing or does not show it.</summary>
    public IReadOnlyList<ConsumerConnection>? Consumers { get; init; }

    public BrokerSight Sight { get; init; }
}
