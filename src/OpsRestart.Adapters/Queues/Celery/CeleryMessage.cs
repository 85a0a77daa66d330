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
    public static CeleryMessage? Parse(ForeignJson message)
    {
        if (!message.IsMap)
        {
            return null;
        }

        var headers = message["headers"];
        var properties = message["properties"];
        var delivery = properties["delivery_info"];
        return new CeleryMessage
        {
            Id = headers["id"].Text ?? properties["correlation_id"].Text ?? "",
            Name = headers["task"].Text ?? "",
            Eta = CeleryTime.Iso(headers["eta"].Text),
            Retries = Number(headers["retries"]),
            Redelivered = headers["redelivered"].Flag == true || delivery["redelivered"].Flag == true,
            Arguments = JoinArguments(headers["argsrepr"].Text, headers["kwargsrepr"].Text),
            Exchange = delivery["exchange"].Text ?? "",
            RoutingKey = delivery["routing_key"].Text ?? "",
            Priority = Number(properties["priority"]),
            ContentType = message["content-type"].Text ?? "",
        };
    }

    public static CeleryMessage? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Parse(ForeignJson.Parse(json));
        }
        catch (ForeignJsonException)
        {
            return null;
        }
    }

    /// <summary><c>(1, 2)</c> and <c>{'a': 1}</c> as one text; empty ones are left out.</summary>
    public static string JoinArguments(string? positional, string? named) =>
        string.Join(" ", new[] { positional, named }.Where(static a => a is not null and not "()" and not "[]" and not "{}" and not ""));

    private static int Number(ForeignJson value) => value.Whole is >= int.MinValue and <= int.MaxValue and var number ? (int)number : 0;
}
