using System.Buffers.Binary;
using System.Text;

namespace OpsRestart.Adapters.Probes.Mqtt;

/// <summary>
/// One control packet of MQTT 3.1.1 or 5 (docs.oasis-open.org/mqtt/mqtt/v5.0): type and flags, and what follows its length. What 5 adds are
/// properties, of which we send none and read none, and reasons: only in 5 a broker can say that it refused a message.
/// </summary>
internal sealed record MqttPacket(byte Header, byte[] Body)
{
    private const byte CleanSession = 0x02;
    private const byte WithPassword = 0x40;
    private const byte WithUser = 0x80;

    /// <summary>A message's payload is looked at up to here.</summary>
    private const int Limit = 256 * 1024;

    public MqttPacketType Type => (MqttPacketType)(Header >> 4);

    public static MqttPacket Connect(MqttVersion version, string client, string? user, string? password)
    {
        var flags = (byte)(CleanSession | (user is null ? 0 : WithUser) | (user is null || password is null ? 0 : WithPassword));
        byte[] body =
        [
            .. Text("MQTT"),
            (byte)version,
            flags,
            0,
            30,
            .. NoProperties(version),
            .. Text(client),
            .. user is null ? [] : Text(user),
            .. user is null || password is null ? [] : Text(password),
        ];
        return new MqttPacket(0x10, body);
    }

    public static MqttPacket Subscribe(MqttVersion version, string topic) => new(0x82, [0, 1, .. NoProperties(version), .. Text(topic), 0]);

    /// <summary>With QoS 1, so that it is answered.</summary>
    public static MqttPacket Publish(MqttVersion version, string topic, string payload) =>
        new(0x32, [.. Text(topic), 0, 2, .. NoProperties(version), .. Encoding.UTF8.GetBytes(payload)]);

    public static MqttPacket Ping() => new(0xC0, []);

    public static MqttPacket Disconnect() => new(0xE0, []);

    /// <summary>The payload of a PUBLISH: after the topic, and a packet identifier when its QoS is not 0.</summary>
    public string PayloadOf(MqttVersion version)
    {
        if (Body.Length < 2)
        {
            return "";
        }

        var start = 2 + BinaryPrimitives.ReadUInt16BigEndian(Body) + ((Header & 0x06) == 0 ? 0 : 2);
        start = version == MqttVersion.Five ? AfterProperties(start) : start;
        return start <= Body.Length ? Encoding.UTF8.GetString(Body, start, Body.Length - start) : "";
    }

    /// <summary>Of a PUBACK: 0x80 and more are refusals. 3.1.1 has none.</summary>
    public byte PublishReason => Body.Length > 2 ? Body[2] : (byte)0;

    public byte[] ToBytes()
    {
        var bytes = new List<byte> { Header };
        var length = Body.Length;
        do
        {
            bytes.Add((byte)((length % 128) | (length >= 128 ? 0x80 : 0)));
            length /= 128;
        } while (length > 0);
        return [.. bytes, .. Body];
    }

    /// <exception cref="EndOfStreamException">The broker closed the connection.</exception>
    /// <exception cref="InvalidDataException">That is no MQTT.</exception>
    public static async Task<MqttPacket> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
        var header = one[0];

        // Only a PUBLISH has flags (and a PUBREL, which nobody sends to a QoS 0 subscriber).
        if ((header & 0x0F) != 0 && header >> 4 != (int)MqttPacketType.Publish)
        {
            throw new InvalidDataException($"it began with byte 0x{header:X2}");
        }

        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            length |= (one[0] & 0x7F) << shift;
            if (shift > 21 || length > Limit)
            {
                throw new InvalidDataException("a packet of impossible length");
            }

            if ((one[0] & 0x80) == 0)
            {
                break;
            }
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
        return new MqttPacket(header, body);
    }

    private static byte[] NoProperties(MqttVersion version) => version == MqttVersion.Five ? [0] : [];

    private int AfterProperties(int at)
    {
        var length = 0;
        for (var shift = 0; at < Body.Length && shift <= 21; shift += 7)
        {
            var part = Body[at++];
            length |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                return at + length;
            }
        }

        return int.MaxValue;
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}

/// <summary>The packets that a broker sends.</summary>
internal enum MqttPacketType
{
    ConnectAnswer = 2,
    Publish = 3,
    PublishAnswer = 4,
    SubscribeAnswer = 9,
    PingAnswer = 13,
}

/// <summary>As CONNECT says it.</summary>
internal enum MqttVersion : byte
{
    Three = 4,
    Five = 5,
}
