using OpsRestart.Adapters.Amqp;

namespace OpsRestart.Adapters.Probes.Amqp;

/// <summary>Settings of an amqp probe (RabbitMQ, AMQP 0-9-1). Target: every address that an amqp queue takes, see <see cref="AmqpEndpoint"/>.</summary>
internal sealed record AmqpProbeOptions : ProbeOptions
{
    private static readonly string[] QueueSettings = ["minConsumers", "maxMessages", "warnMessages"];

    public required AmqpEndpoint Endpoint { get; init; }

    /// <summary><c>insecure</c>, <c>caFile</c>, <c>serverName</c>, over what the address says. Of use with TLS only.</summary>
    public required ProbeTls Tls { get; init; }

    /// <summary><c>queues</c>: these must exist.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    /// <summary><c>minConsumers</c>: consumers that each of the queues must have. Default 0.</summary>
    public int MinConsumers { get; init; }

    /// <summary><c>maxMessages</c>: more ready messages than this in one of the queues is Unhealthy.</summary>
    public int? MaxMessages { get; init; }

    /// <summary><c>warnMessages</c>: more than this is Degraded.</summary>
    public int? WarnMessages { get; init; }

    public static AmqpProbeOptions Read(ProbeSettings settings)
    {
        var queues = settings.List("queues");
        foreach (var key in QueueSettings.Where(k => queues.Count == 0 && settings.Has(k)))
        {
            settings.Fail(key, "needs the queues that it is about", "Add queues: [NAME, …].");
        }

        var endpoint = ReadEndpoint(settings);
        var tls = ProbeTls.Read(settings);
        return new AmqpProbeOptions
        {
            Endpoint = endpoint with { User = settings.Text("user") ?? endpoint.User, Password = settings.Text("password") ?? endpoint.Password },
            Tls = tls with { Insecure = tls.Insecure || !endpoint.TlsOptions.Verify, CaFile = tls.CaFile ?? endpoint.TlsOptions.AuthorityFile },
            Queues = queues,
            MinConsumers = settings.Int("minConsumers") ?? 0,
            MaxMessages = settings.Int("maxMessages"),
            WarnMessages = settings.Int("warnMessages"),
        };
    }

    private static AmqpEndpoint ReadEndpoint(ProbeSettings settings)
    {
        try
        {
            return AmqpEndpoint.Parse(settings.Target.Contains("://", StringComparison.Ordinal) ? settings.Target : $"amqp://{settings.Target}");
        }
        catch (OpsRestartException e)
        {
            settings.FailTarget($"can't be used: {e.Message}", e.Advice);
            return new AmqpEndpoint();
        }
    }
}
