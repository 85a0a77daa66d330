using OpsRestart.Adapters.Amqp;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OpsRestart.Adapters.Probes;

/// <summary>Logs in, opens a channel, and looks at the queues by passive declaration, which changes nothing.</summary>
internal sealed class AmqpProbe : ProbeBase
{
    private static readonly string[] QueueSettings = ["minConsumers", "maxMessages", "warnMessages", "crit", "warn"];
    private static readonly LimitScale Messages = LimitScale.Count with { Keys = (null, "maxMessages", null, "warnMessages") };

    private readonly AmqpEndpoint _endpoint;

    /// <summary>These must exist.</summary>
    private readonly IReadOnlyList<string> _queues;

    /// <summary>Consumers that each of the queues must have.</summary>
    private readonly int _minConsumers;

    /// <summary>Of the ready messages of each.</summary>
    private readonly ProbeLimits _messages;

    public AmqpProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _queues = settings.List("queues");
        foreach (var key in QueueSettings.Where(k => _queues.Count == 0 && settings.Has(k)))
        {
            settings.Fail(key, "needs the queues that it is about", "Add queues: [NAME, …].");
        }

        var endpoint = settings.ReadAddress("amqp", static text => AmqpEndpoint.Parse(text)) ?? new AmqpEndpoint();
        _endpoint = endpoint with
        {
            User = settings.Text("user") ?? endpoint.User,
            Password = settings.Text("password") ?? endpoint.Password,
            Tls = settings.ReadTls(endpoint.Tls),
        };
        _minConsumers = settings.Int("minConsumers") ?? 0;
        _messages = ProbeLimits.Read(settings, Messages);
    }

    protected override string Peer => $"RabbitMQ at {string.Join(',', _endpoint.Hosts)}";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        // The base bounds the try; with one node the client's own patience must not be the shorter one.
        var patience = _endpoint.Hosts.Count == 1 ? TryTimeout + TimeSpan.FromSeconds(1) : TryTimeout / _endpoint.Hosts.Count;
        var link = await AmqpLink
            .OpenAnyAsync(() => AmqpLine.Factory(_endpoint, patience), AmqpLine.Nodes(_endpoint), patience, cancellationToken)
            .ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            var connection = link.Connection;
            var version =
                connection.ServerProperties is { } told && told.TryGetValue("version", out var value) && value is byte[] text
                    ? System.Text.Encoding.UTF8.GetString(text)
                    : "?";
            var verdicts = new List<ProbeVerdict>();
            foreach (var queue in _queues)
            {
                verdicts.Add(await LookAsync(link, queue, cancellationToken).ConfigureAwait(false));
            }

            var worst = ProbeVerdict.Worst(verdicts) ?? ProbeVerdict.Healthy(ProbeReason.Ok, "");
            return worst.Status != ProbeStatus.Healthy
                ? worst
                : worst with
                {
                    Detail =
                        $"{Peer} accepts the login (version {version}"
                        + $"{(_queues.Count > 0 ? $", {_queues.Count} queues looked at" : "")}).",
                };
        }
    }

    protected override ProbeVerdict? Explain(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case AuthenticationFailureException:
                    return ProbeVerdict.Unhealthy(
                        ProbeReason.AuthenticationFailed,
                        $"{Peer} is up, but refused user '{_endpoint.User}'. Check user and password; guest may come from "
                            + "localhost only."
                    );
                case OperationInterruptedException { ShutdownReason: { ReplyCode: 530 } reason }:
                    return ProbeVerdict.Unhealthy(
                        "NOT_ALLOWED",
                        $"{Peer} is up, but does not let user '{_endpoint.User}' into vhost '{_endpoint.VirtualHost}' "
                            + $"({ForeignText.OneLine(reason.ReplyText)}). Check the vhost and the user's permissions."
                    );
                case OperationInterruptedException { ShutdownReason: { } other }:
                    return ProbeVerdict.Unhealthy(
                        other.ReplyText.Split(' ', 2)[0],
                        $"{Peer} answered with an error ({other.ReplyCode} {ForeignText.OneLine(other.ReplyText)})."
                    );
                case ProtocolVersionMismatchException
                or PacketNotRecognizedException
                or ProtocolException
                or WireFormattingException
                or UnexpectedMethodException:
                    return ProbeVerdict.Unhealthy(
                        ProbeReason.ProtocolError,
                        $"{Peer} does not speak AMQP 0-9-1. Check the port, and amqps:// for a TLS port."
                    );
            }
        }

        return null;
    }

    // A channel for each: a queue that does not exist closes it.
    private async Task<ProbeVerdict> LookAsync(AmqpLink link, string queue, CancellationToken cancellationToken)
    {
        var channel = await link.Connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            return Judge(await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return ProbeVerdict.Unhealthy(
                "QueueNotFound",
                $"{Peer} has no queue '{queue}' in vhost '{_endpoint.VirtualHost}'. Check the name; its consumer may declare "
                    + "it when it starts."
            );
        }
        finally
        {
            await link.LeaveAsync(channel).ConfigureAwait(false);
        }
    }

    private ProbeVerdict Judge(QueueDeclareOk queue)
    {
        var (messages, consumers) = (_messages.Bounds, new Limits(Min: _minConsumers > 0 ? _minConsumers : null));
        var waiting = $"Queue '{queue.QueueName}' has {queue.MessageCount} messages ready";
        var verdict =
            consumers.Breach(queue.ConsumerCount) is not null
                ? ProbeVerdict.Unhealthy(
                    "TooFewConsumers",
                    $"Queue '{queue.QueueName}' has {queue.ConsumerCount} consumers, fewer than {_minConsumers}. Check its workers."
                )
            : messages.Breach(queue.MessageCount) is { } breach
                ? new ProbeVerdict(
                    breach.Status,
                    breach.IsHigh ? "TooManyMessages" : "TooFewMessages",
                    $"{waiting}, {breach.Than} {_messages.Scale.Show(breach.Bound)}. Check that its workers keep up."
                )
            : ProbeVerdict.Healthy(ProbeReason.Ok, $"{waiting}.");
        return verdict with
        {
            Measures =
            [
                .. messages.Measure($"{queue.QueueName} messages", queue.MessageCount),
                .. consumers.Measure($"{queue.QueueName} consumers", queue.ConsumerCount),
            ],
        };
    }
}
