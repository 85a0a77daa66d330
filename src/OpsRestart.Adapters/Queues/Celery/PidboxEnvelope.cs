using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// The one template of control messages (kombu.pidbox, kombu.transport.virtual). Nothing else may build them: a message without
/// delivery_tag or content-type, or with a body that is no object, makes every worker that receives it crash or hang. A unit test pins each
/// field.
/// </summary>
internal static class PidboxEnvelope
{
    public const string Json = "application/json";

    /// <summary>Nautobot's workers accept only this one. It is plain JSON text too.</summary>
    public const string NautobotJson = "application/x-nautobot-json";

    // As Python's json and other clients write it: '+' and quotes need no escape beyond JSON's own.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The command itself; on AMQP this is the message's body.</summary>
    /// <param name="request">The command.</param>
    /// <param name="ticket">Marks the replies.</param>
    /// <param name="replyQueue">List or queue to which workers put replies directly, through the anonymous exchange.</param>
    public static byte[] Body(PidboxRequest request, Guid ticket, string replyQueue) =>
        Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("method", request.Method);
            writer.WritePropertyName("arguments");
            (request.Arguments ?? []).WriteTo(writer);
            WriteDestination(writer, request.Destination);
            writer.WriteNull("pattern");
            writer.WriteNull("matcher");
            writer.WriteString("ticket", ticket.ToString());
            writer.WriteStartObject("reply_to");
            writer.WriteString("exchange", "");
            writer.WriteString("routing_key", replyQueue);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    /// <summary>What is published on a Redis channel.</summary>
    public static byte[] ForRedis(ReadOnlySpan<byte> body, string contentType, string controlExchange, Guid deliveryTag)
    {
        var encoded = Convert.ToBase64String(body);
        return Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("body", encoded);
            writer.WriteString("content-encoding", "utf-8");
            writer.WriteString("content-type", contentType);
            writer.WriteStartObject("headers");
            writer.WriteNumber("clock", 0);
            writer.WriteNumber("expires", 0);
            writer.WriteEndObject();
            writer.WriteStartObject("properties");
            writer.WriteNumber("delivery_mode", 1);
            writer.WriteStartObject("delivery_info");
            writer.WriteString("exchange", controlExchange + ".pidbox");
            writer.WriteString("routing_key", "");
            writer.WriteEndObject();
            writer.WriteNumber("priority", 0);
            writer.WriteString("body_encoding", "base64");
            writer.WriteString("delivery_tag", deliveryTag.ToString());
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static void WriteDestination(Utf8JsonWriter writer, IReadOnlyList<string>? nodes)
    {
        if (nodes is null)
        {
            writer.WriteNull("destination");
            return;
        }

        writer.WriteStartArray("destination");
        foreach (var node in nodes)
        {
            writer.WriteStringValue(node);
        }

        writer.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            content(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
