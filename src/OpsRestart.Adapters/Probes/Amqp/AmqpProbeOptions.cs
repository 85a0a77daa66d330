namespace OpsRestart.Adapters.Probes.Amqp;

/// <summary>Settings of an amqp probe (RabbitMQ, AMQP 0-9-1). Target: <c>amqp://user:password@host:5672/vhost</c> or <c>amqps://</c>.</summary>
internal sealed record AmqpProbeOptions : ProbeOptions
{
    private static readonly string[] QueueSettings = ["minConsumers", "maxMessages", "warnMessages"];

    public required ProbeUri Uri { get; init; }

    /// <summary><c>queues</c>: these must exist.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary><c>minConsumers</c>: consumers that each of the queues must have. Default 0.</summary>
    public int MinConsumers { get; init; }

    /// <summary><c>maxMessages</c>: more ready messages than this in one of the queues is Unhealthy.</summary>
    public int? MaxMessages { get; init; }

    /// <summary><c>warnMessages</c>: more than this is Degraded.</summary>
    public int? WarnMessages { get; init; }

    /// <summary>As in URIs of the field: no path means <c>/</c>.</summary>
    public string VirtualHost => Uri.Path.Length == 0 ? "/" : Uri.Path;

    public static AmqpProbeOptions Read(ProbeSettings settings)
    {
        var queues = settings.List("queues");
        foreach (var key in QueueSettings.Where(k => queues.Count == 0 && settings.Has(k)))
        {
            settings.Fail(key, "needs the queues that it is about", "Add queues: [NAME, …].");
        }

        return new AmqpProbeOptions
        {
            Uri = ProbeUri.Read(settings, "amqp", 5672, 5671),
            Queues = queues,
            MinConsumers = settings.Int("minConsumers") ?? 0,
            MaxMessages = settings.Int("maxMessages"),
            WarnMessages = settings.Int("warnMessages"),
        };
    }
}
