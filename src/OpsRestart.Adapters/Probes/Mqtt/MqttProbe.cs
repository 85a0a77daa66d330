using System.Globalization;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Mqtt;

/// <summary>Signs in with a clean session; then a ping, or a message of a topic.</summary>
internal sealed class MqttProbe(ProbeDefinition definition, MqttProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"MQTT broker at {options.Uri.Endpoint}";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var stream = await options.Uri.Endpoint.ConnectAsync(options.Uri.Tls, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var name = $"opsrestart-{Guid.NewGuid().ToString("N")[..8]}";
            await SendAsync(stream, MqttPacket.Connect(name, options.Uri.User, options.Uri.Password), cancellationToken).ConfigureAwait(false);
            if (Refusal(await WaitForAsync(stream, MqttPacketType.ConnectAnswer, cancellationToken).ConfigureAwait(false)) is { } refusal)
            {
                return refusal;
            }

            var verdict = options.Topic is { } topic
                ? await HearAsync(stream, topic, cancellationToken).ConfigureAwait(false)
                : await PingAsync(stream, cancellationToken).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
            {
                await SendAsync(stream, MqttPacket.Disconnect(), cancellationToken).ConfigureAwait(false);
            }

            return verdict;
        }
    }

    protected override ProbeVerdict? Explain(Exception error) => error is InvalidDataException
        ? ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer} does not speak MQTT ({error.Message}). Check the port, and mqtts:// for a TLS port.")
        : null;

    private async Task<ProbeVerdict> PingAsync(Stream stream, CancellationToken cancellationToken)
    {
        await SendAsync(stream, MqttPacket.Ping(), cancellationToken).ConfigureAwait(false);
        await WaitForAsync(stream, MqttPacketType.PingAnswer, cancellationToken).ConfigureAwait(false);
        return ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} takes the sign-in and answers a ping.");
    }

    private async Task<ProbeVerdict> HearAsync(Stream stream, string topic, CancellationToken cancellationToken)
    {
        await SendAsync(stream, MqttPacket.Subscribe(topic), cancellationToken).ConfigureAwait(false);
        var answer = await WaitForAsync(stream, MqttPacketType.SubscribeAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.Body is [.., 0x80])
        {
            return ProbeVerdict.Unhealthy("NotAuthorized", $"{Peer} refused the subscription to '{topic}'. Check the broker's ACL for this user.");
        }

        var own = options.Publish ? Guid.NewGuid().ToString("N") : null;
        if (own is not null)
        {
            await SendAsync(stream, MqttPacket.Publish(topic, own), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await HearMessageAsync(stream, topic, own, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The broker works, the message is what is missing. (If the caller cancelled, the base throws anyway.)
            return ProbeVerdict.Unhealthy("NoMessage", string.Create(
                CultureInfo.InvariantCulture,
                $"{Peer} took the subscription to '{topic}', but no {(own is null ? "message" : "copy of our own message")} came within {TryTimeout.TotalSeconds:0.#} s. Check that something publishes there, and the broker's ACL (it drops without a word)."));
        }
    }

    private async Task<ProbeVerdict> HearMessageAsync(Stream stream, string topic, string? own, CancellationToken cancellationToken)
    {
        while (true)
        {
            var payload = (await WaitForAsync(stream, MqttPacketType.Publish, cancellationToken).ConfigureAwait(false)).Payload;
            if (own is not null && payload != own)
            {
                continue;
            }

            return options.Expect is null || options.Expect.IsMatch(payload)
                ? ProbeVerdict.Healthy("Message", own is null ? $"{Peer} sent, on '{topic}': {ProbeText.OneLine(payload, 80)}" : $"{Peer} sent our own message back on '{topic}'.")
                : ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{Peer} sent '{ProbeText.OneLine(payload, 80)}' on '{topic}', which does not match /{options.Expect}/.");
        }
    }

    private ProbeVerdict? Refusal(MqttPacket answer) => (answer.Body is [_, var code, ..] ? code : 255) switch
    {
        0 => null,
        1 => ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer} does not take MQTT 3.1.1. Check the broker's protocol settings."),
        3 => ProbeVerdict.Starting("ServerUnavailable", $"{Peer} says that it is not available yet. It is asked again until the time is over."),
        4 or 5 when options.Uri.User is null => ProbeVerdict.Unhealthy(ProbeReason.AuthenticationFailed, $"{Peer} is up, but requires a user name. Put user and password into the target."),
        4 or 5 => ProbeVerdict.Unhealthy(ProbeReason.AuthenticationFailed, $"{Peer} is up, but refused user '{options.Uri.User}'. Check user, password and the broker's password file."),
        var other => ProbeVerdict.Unhealthy("Refused" + other, $"{Peer} refused the sign-in with code {other}. See its log."),
    };

    // Other packets (messages of the topic before the answer to the subscription) may come between.
    private static async Task<MqttPacket> WaitForAsync(Stream stream, MqttPacketType type, CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await MqttPacket.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            if (packet.Type == type)
            {
                return packet;
            }

            if (type == MqttPacketType.ConnectAnswer)
            {
                throw new InvalidDataException($"it answered with packet {(int)packet.Type}");
            }
        }
    }

    private static Task SendAsync(Stream stream, MqttPacket packet, CancellationToken cancellationToken) => stream.WriteAsync(packet.ToBytes(), cancellationToken).AsTask();
}
