namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>The broker's side at one moment (S in the rule).</summary>
internal sealed record BrokerLook
{
    /// <summary>Tasks in the queues, all priorities; where only their presence was asked for, the number of non-empty lists.</summary>
    public long Ready { get; init; }

    /// <summary>Delivered and not acknowledged.</summary>
    public long HeldCount { get; init; }

    /// <summary>Where only their number is known: the queues that it is of.</summary>
    public IReadOnlySet<string> HeldOf { get; init; } = new HashSet<string>();

    /// <summary>Tasks that the broker keeps until their time, in no work queue.</summary>
    public long Delayed { get; init; }

    /// <summary>Which those are, where the broker can tell; null: only their number is known.</summary>
    public IReadOnlyList<HeldMessage>? Held { get; init; }

    /// <summary>Some of them were gone again before they could be read: look again.</summary>
    public bool HeldChanged { get; init; }

    /// <summary>The workers' task connections; null where the broker does not have such a thing or does not show it.</summary>
    public IReadOnlyList<ConsumerConnection>? Consumers { get; init; }

    public BrokerSight Sight { get; init; }

    /// <summary>How long a task can stay where neither broker nor workers show it. So long nothing may be seen, and nothing be accepted, before that counts.</summary>
    public TimeSpan HiddenFor { get; init; }

    /// <summary>Why this look can prove nothing, whatever it saw; null: it can.</summary>
    public string? Blind { get; init; }
}
