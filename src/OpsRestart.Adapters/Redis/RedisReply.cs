using System.Text;

namespace OpsRestart.Adapters.Redis;

/// <summary>One reply of RESP2. Reading it as another kind than it is gives an empty value, never an exception.</summary>
internal sealed class RedisReply
{
    public static readonly RedisReply Null = new() { Kind = RedisReplyKind.Null };

    public RedisReplyKind Kind { get; private init; }

    public ReadOnlyMemory<byte> Bytes { get; private init; }

    public IReadOnlyList<RedisReply> Items { get; private init; } = [];

    public RedisError? Error { get; private init; }

    public bool IsNull => Kind == RedisReplyKind.Null;

    public bool IsOk => Kind == RedisReplyKind.Status && Text == "OK";

    /// <summary>Status, bulk, or integer as text; null for null, an array or an error.</summary>
    public string? Text =>
        Kind switch
        {
            RedisReplyKind.Status or RedisReplyKind.Bulk => Encoding.UTF8.GetString(Bytes.Span),
            RedisReplyKind.Integer => _number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };

    /// <summary>An integer reply, or a bulk that holds a number; else 0.</summary>
    public long Integer =>
        Kind == RedisReplyKind.Integer ? _number
        : long.TryParse(Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var parsed) ? parsed
        : 0;

    private readonly long _number;

    private RedisReply(long number = 0) => _number = number;

    public static RedisReply FromStatus(ReadOnlyMemory<byte> text) => new() { Kind = RedisReplyKind.Status, Bytes = text };

    public static RedisReply FromError(string line) => new() { Kind = RedisReplyKind.Error, Error = RedisError.Parse(line) };

    public static RedisReply FromInteger(long value) => new(value) { Kind = RedisReplyKind.Integer };

    public static RedisReply FromBulk(ReadOnlyMemory<byte> bytes) => new() { Kind = RedisReplyKind.Bulk, Bytes = bytes };

    public static RedisReply FromArray(IReadOnlyList<RedisReply> items) => new() { Kind = RedisReplyKind.Array, Items = items };

    /// <summary>The items of an array as text; nulls are left out.</summary>
    public IReadOnlyList<string> Texts() => [.. Items.Select(static i => i.Text).OfType<string>()];

    /// <summary>A flat array of keys and values, as HGETALL gives.</summary>
    public Dictionary<string, RedisReply> Pairs()
    {
        var pairs = new Dictionary<string, RedisReply>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < Items.Count; i += 2)
        {
            pairs[Items[i].Text ?? ""] = Items[i + 1];
        }

        return pairs;
    }

    public override string ToString() => Kind == RedisReplyKind.Array ? $"[{string.Join(", ", Items)}]" : Error?.Message ?? Text ?? "(nil)";
}

internal enum RedisReplyKind
{
    Null,
    Status,
    Error,
    Integer,
    Bulk,
    Array,
}
