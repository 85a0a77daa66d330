using System.Net.Security;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Core.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OpsRestart.Adapters.Probes.Amqp;

/// <summary>Signs in, opens a channel, and looks at the queues by passive declaration, which changes nothing.</summary>
internal sealed class AmqpProbe(ProbeDefinition definition, AmqpProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"RabbitMQ at {string.Join(',', options.Endpoint.Hosts)}";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var endpoint = options.Endpoint;
        var nodes = endpoint.Hosts.Select(h => new AmqpTcpEndpoint(h.Name, h.Port, endpoint.Tls ? Secure(h.Name) : new SslOption(), AmqpLine.LargestMessage)).ToList();

        // The base bounds the try; with one node the client's own patience must not be the shorter one.
        var patience = nodes.Count == 1 ? TryTimeout + TimeSpan.FromSeconds(1) : TryTimeout / nodes.Count;
        var link = await AmqpLink.OpenAnyAsync(() => AmqpLine.Factory(endpoint, patience), nodes, patience, cancellationToken).ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            var connection = link.Connection;
            var version = connection.ServerProperties is { } told && told.TryGetValue("version", out var value) && value is byte[] text ? System.Text.Encoding.UTF8.GetString(text) : "?";
            foreach (var queue in options.Queues)
            {
                if (await LookAsync(link, queue, cancellationToken).ConfigureAwait(false) is { } fault)
                {
                    return fault;
                }
            }

            return ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} takes the sign-in (version {version}{(options.Queues.Count > 0 ? $", {options.Queues.Count} queues looked at" : "")}).");
        }
    }

    protected override ProbeVerdict? Explain(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case AuthenticationFailureException:
                    return ProbeVerdict.Unhealthy(ProbeReason.AuthenticationFailed, $"{Peer} is up, but refused user '{options.Endpoint.User}'. Check user and password; guest may come from localhost only.");
                case OperationInterruptedException { ShutdownReason: { ReplyCode: 530 } reason }:
                    return ProbeVerdict.Unhealthy("NOT_ALLOWED", $"{Peer} is up, but does not let user '{options.Endpoint.User}' into vhost '{options.Endpoint.VirtualHost}' ({ProbeText.OneLine(reason.ReplyText)}). Check the vhost and the user's permissions.");
                case OperationInterruptedException { ShutdownReason: { } other }:
                    return ProbeVerdict.Unhealthy(other.ReplyText.Split(' ', 2)[0], $"{Peer} answered with an error ({other.ReplyCode} {ProbeText.OneLine(other.ReplyText)}).");
                case ProtocolVersionMismatchException or PacketNotRecognizedException or ProtocolException or WireFormattingException or UnexpectedMethodException:
                    return ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer} does not speak AMQP 0-9-1. Check the port, and amqps:// for a TLS port.");
            }
        }

        return null;
    }

    private SslOption Secure(string host)
    {
        var ours = options.Tls.ToClientOptions(host);
        return new SslOption
        {
            Enabled = true,
            ServerName = ours.TargetHost ?? "",
            Certs = options.Endpoint.TlsOptions.ClientCertificates(),
            CertificateValidationCallback = (sender, certificate, chain, errors) =>
                ours.RemoteCertificateValidationCallback!(sender, certificate, chain, Rechain(ours, certificate, errors)),
        };
    }

    // The client has no setting for an authority of our own: its chain is built again with it.
    private static SslPolicyErrors Rechain(SslClientAuthenticationOptions ours, System.Security.Cryptography.X509Certificates.X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (ours.CertificateChainPolicy is null || certificate is null)
        {
            return errors;
        }

        using var chain = new System.Security.Cryptography.X509Certificates.X509Chain { ChainPolicy = ours.CertificateChainPolicy };
        using var x509 = new System.Security.Cryptography.X509Certificates.X509Certificate2(certificate);
        return chain.Build(x509) ? errors & ~SslPolicyErrors.RemoteCertificateChainErrors : errors | SslPolicyErrors.RemoteCertificateChainErrors;
    }

    // A channel for each: a queue that does not exist closes it.
    private async Task<ProbeVerdict?> LookAsync(AmqpLink link, string queue, CancellationToken cancellationToken)
    {
        var channel = await link.Connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            return Judge(await channel.QueueDeclarePassiveAsync(queue, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return ProbeVerdict.Unhealthy("QueueNotFound", $"{Peer} has no queue '{queue}' in vhost '{options.Endpoint.VirtualHost}'. Check the name; its consumer may declare it when it starts.");
        }
        finally
        {
            await link.LeaveAsync(channel).ConfigureAwait(false);
        }
    }

    private ProbeVerdict? Judge(QueueDeclareOk queue)
    {
        if (queue.ConsumerCount < options.MinConsumers)
        {
            return ProbeVerdict.Unhealthy("TooFewConsumers", $"Queue '{queue.QueueName}' has {queue.ConsumerCount} consumers, fewer than {options.MinConsumers}. Check its workers.");
        }

        var backlog = $"Queue '{queue.QueueName}' has {queue.MessageCount} messages ready";
        return queue.MessageCount > options.MaxMessages ? ProbeVerdict.Unhealthy("TooManyMessages", $"{backlog}, more than {options.MaxMessages}. Check that its workers keep up.")
            : queue.MessageCount > options.WarnMessages ? ProbeVerdict.Degraded("TooManyMessages", $"{backlog}, more than {options.WarnMessages}. Check that its workers keep up.")
            : null;
    }
}
