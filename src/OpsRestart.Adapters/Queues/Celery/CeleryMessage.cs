using System.Globalization;
using System.Text.Json;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A task message (Celery's message protocol 2), as far as it can be read without decoding its arguments.</summary>
internal sealed record CeleryMessage
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public DateTime? Eta { get; init; }

    public int Retries { get; init; }

    public bool Redelivered { get; init; }

    /// <summary>Arguments as their sender printed them.</summary>
    public string Arguments { get; init; } = "";

    public string Exchange { get; init; } = "";

    public string RoutingKey { get; init; } = "";

    public int Priority { get; init; }

    public string ContentType { get; init; } = "";

    /// <summary>Null when it is not a message of kombu.</summary>
    public static CeleryMessage? Parse(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var headers = Child(message, "headers");
        var properties = Child(message, "properties");
        var delivery = Child(properties, "delivery_info");
        return new CeleryMessage
        {
            Id = Text(headers, "id") ?? Text(properties, "correlation_id") ?? "",
            Name = Text(headers, "task") ?? "",
            Eta = Time(Text(headers, "eta")),
            Retries = Number(headers, "retries"),
            Redelivered = IsTrue(headers, "redelivered") || IsTrue(delivery, "redelivered"),
            Arguments = JoinArguments(Text(headers, "argsrepr"), Text(headers, "kwargsrepr")),
            Exchange = Text(delivery, "exchange") ?? "",
            RoutingKey = Text(delivery, "routing_key") ?? "",
            Priority = Number(properties, "priority"),
            ContentType = Text(message, "content-type") ?? "",
        };
    }

    public static CeleryMessage? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return Parse(JsonElement.ParseValue(ref reader));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary><c>(1, 2)</c> and <c>{'a': 1}</c> as one text; empty ones are left out.</summary>
    public static string JoinArguments(string? positional, string? named) =>
        string.Join(" ", new[] { positional, named }.Where(static a => a is not null and not "()" and not "[]" and not "{}" and not ""));

    /// <summary>An ISO time of Python; without a zone it is UTC.</summary>
    public static DateTime? Time(string? iso) =>
        DateTime.TryParse(iso, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static string? Text(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static int Number(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) ? number : 0;

    private static bool IsTrue(JsonElement parent, string name) => Child(parent, name).ValueKind == JsonValueKind.True;
}
