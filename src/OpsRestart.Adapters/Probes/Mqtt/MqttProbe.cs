using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Mqtt;

/// <summary>Logs in with a clean session; then a ping, or a message of a topic.</summary>
internal sealed class MqttProbe : ProbeBase
{
    private readonly ProbeUri _uri;

    /// <summary>
    /// Subscribed to, and a message waited for; <c>$SYS/broker/uptime</c> is one that mosquitto always has. None: logging in is enough.
    /// </summary>
    private readonly string? _topic;

    /// <summary>Publish a message of our own and wait for exactly that: the whole way through the broker.</summary>
    private readonly bool _publish;
    private readonly Regex? _pattern;

    public MqttProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _topic = settings.Text("topic");
        _publish = settings.Flag("publish") ?? false;
        _pattern = settings.Pattern("pattern");
        _uri = ProbeUri.Read(settings, "mqtt", 1883, 8883);
        if (_topic is null && (_publish || settings.Has("pattern")))
        {
            settings.Fail(_publish ? "publish" : "pattern", "needs a topic", "Add topic: NAME.");
        }

        if (_publish && _topic is not null && _topic.AsSpan().IndexOfAny('#', '+') >= 0)
        {
            settings.Fail("topic", "has a wildcard, to which nothing can be published");
        }
    }

    protected override string Peer => $"MQTT broker at {_uri.Place}";

    // Only MQTT 5 has a word for a message that was refused; a broker that has none is asked again in 3.1.1.
    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) =>
        (_publish ? await TryAsync(MqttVersion.Five, cancellationToken).ConfigureAwait(false) : null)
        ?? (await TryAsync(MqttVersion.Three, cancellationToken).ConfigureAwait(false))!;

    /// <summary>Null: it does not speak this version.</summary>
    private async Task<ProbeVerdict?> TryAsync(MqttVersion version, CancellationToken cancellationToken)
    {
        var stream = await _uri.Place.ConnectAsync(_uri.Tls, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var name = $"opsrestart-{Guid.NewGuid().ToString("N")[..8]}";
            await SendAsync(stream, MqttPacket.Connect(version, name, _uri.User, _uri.Password), cancellationToken).ConfigureAwait(false);
            var answer = await WaitForAsync(stream, MqttPacketType.ConnectAnswer, cancellationToken).ConfigureAwait(false);
            if (version == MqttVersion.Five && answer.Body is [_, 0x01 or 0x84, ..])
            {
                return null;
            }

            if (Refusal(answer) is { } refusal)
            {
                return refusal;
            }

            var verdict = _topic is { } topic
                ? await HearAsync(stream, version, topic, cancellationToken).ConfigureAwait(false)
                : await PingAsync(stream, cancellationToken).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested)
            {
                await SendAsync(stream, MqttPacket.Disconnect(), cancellationToken).ConfigureAwait(false);
            }

            return verdict;
        }
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        error is InvalidDataException
            ? ProbeVerdict.Unhealthy(
                ProbeReason.ProtocolError,
                $"{Peer} does not speak MQTT ({error.Message}). Check the port, and mqtts:// for a TLS port."
            )
            : null;

    private async Task<ProbeVerdict> PingAsync(Stream stream, CancellationToken cancellationToken)
    {
        await SendAsync(stream, MqttPacket.Ping(), cancellationToken).ConfigureAwait(false);
        await WaitForAsync(stream, MqttPacketType.PingAnswer, cancellationToken).ConfigureAwait(false);
        return ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} accepts the login and answers a ping.");
    }

    private async Task<ProbeVerdict> HearAsync(Stream stream, MqttVersion version, string topic, CancellationToken cancellationToken)
    {
        await SendAsync(stream, MqttPacket.Subscribe(version, topic), cancellationToken).ConfigureAwait(false);
        var answer = await WaitForAsync(stream, MqttPacketType.SubscribeAnswer, cancellationToken).ConfigureAwait(false);
        if (answer.Body is [.., >= 0x80])
        {
            return ProbeVerdict.Unhealthy(
                "NotAuthorized",
                $"{Peer} refused the subscription to '{topic}'. Check the broker's ACL for this user."
            );
        }

        var own = _publish ? Guid.NewGuid().ToString("N") : null;
        if (own is not null)
        {
            await SendAsync(stream, MqttPacket.Publish(version, topic, own), cancellationToken).ConfigureAwait(false);
        }

        var heard = new Heard();
        try
        {
            return await HearMessageAsync(stream, version, topic, own, heard, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The broker works, the message is what is missing. (If the caller cancelled, the base throws anyway.)
            return ProbeVerdict.Unhealthy("NoMessage", WithoutMessage(topic, own, heard));
        }
    }

    private string WithoutMessage(string topic, string? own, Heard heard)
    {
        var limit = string.Create(CultureInfo.InvariantCulture, $"within {TryTimeout.TotalSeconds:0.#} s");
        return own is null
                ? $"{Peer} took the subscription to '{topic}', but no message came {limit}. Check that something publishes there, and "
                    + "the broker's ACL (it drops without a word)."
            : heard.Taken
                ? $"{Peer} took our message to '{topic}' and did not send it back {limit}. Check that the broker's ACL lets this user read "
                    + "the topic (it drops without a word)."
            : $"{Peer} took the subscription to '{topic}', but no copy of our own message came {limit}, nor that it was taken. Check the "
                + "broker's load and its ACL.";
    }

    private async Task<ProbeVerdict> HearMessageAsync(
        Stream stream,
        MqttVersion version,
        string topic,
        string? own,
        Heard heard,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var packet = await MqttPacket.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            if (packet.Type == MqttPacketType.PublishAnswer && own is not null)
            {
                if (version == MqttVersion.Five && packet.PublishReason >= 0x80)
                {
                    return NotTaken(topic, packet.PublishReason);
                }

                heard.Taken = true;
            }

            if (
                packet.Type != MqttPacketType.Publish
                || packet.PayloadOf(version) is not { } payload
                || (own is not null && payload != own)
            )
            {
                continue;
            }

            return _pattern is null || _pattern.IsMatch(payload)
                ? ProbeVerdict.Healthy(
                    "Message",
                    own is null
                        ? $"{Peer} sent, on '{topic}': {ForeignText.OneLine(payload, 80)}"
                        : $"{Peer} sent our own message back on '{topic}'."
                )
                : ProbeVerdict.Unhealthy(
                    ProbeReason.Mismatch,
                    $"{Peer} sent '{ForeignText.OneLine(payload, 80)}' on '{topic}', which does not match /{_pattern}/."
                );
        }
    }

    private ProbeVerdict NotTaken(string topic, byte reason) =>
        reason == 0x87
            ? ProbeVerdict.Unhealthy(
                "NotAuthorized",
                $"{Peer} refused our message to '{topic}'. Check that the broker's ACL lets this user write the topic."
            )
            : ProbeVerdict.Unhealthy("NotTaken", $"{Peer} refused our message to '{topic}' with reason 0x{reason:X2}. See its log.");

    /// <summary>What was learnt until the time was over.</summary>
    private sealed class Heard
    {
        public bool Taken { get; set; }
    }

    private ProbeVerdict? Refusal(MqttPacket answer) =>
        (answer.Body is [_, var code, ..] ? code : 255) switch
        {
            0 => null,
            1 => ProbeVerdict.Unhealthy(
                ProbeReason.ProtocolError,
                $"{Peer} does not take MQTT 3.1.1. Check the broker's protocol settings."
            ),
            3 or 0x88 or 0x89 => ProbeVerdict.Starting(
                "ServerUnavailable",
                $"{Peer} says that it is not available yet. It is asked again until the time is over."
            ),
            4 or 5 or 0x86 or 0x87 when _uri.User is null => ProbeVerdict.Unhealthy(
                ProbeReason.AuthenticationFailed,
                $"{Peer} is up, but requires a user name. Put user and password into the target."
            ),
            4 or 5 or 0x86 or 0x87 => ProbeVerdict.Unhealthy(
                ProbeReason.AuthenticationFailed,
                $"{Peer} is up, but refused user '{_uri.User}'. Check user, password and the broker's password file."
            ),
            var other => ProbeVerdict.Unhealthy("Refused" + other, $"{Peer} refused the login with code {other}. See its log."),
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

    private static Task SendAsync(Stream stream, MqttPacket packet, CancellationToken cancellationToken) =>
        stream.WriteAsync(packet.ToBytes(), cancellationToken).AsTask();
}
