using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Wire;

/// <summary>
/// JSON that somebody else wrote: the one way to read it. Every access is checked. The properties (<see cref="Text"/>, <see cref="Whole"/>,
/// <see cref="Items"/> …) give null, or nothing, for what is missing or of another kind. The methods (<see cref="List"/>,
/// <see cref="TextOf"/> …) insist, and throw <see cref="ForeignJsonException"/> for what is not as it has to be; no other exception is
/// possible.
/// </summary>
internal readonly partial struct ForeignJson
{
    /// <summary>Bounds the memory that a document takes: each value costs more than its text.</summary>
    private const int MostValues = 2_000_000;

    private const int Deepest = 64;
    private readonly JsonElement _element;

    private ForeignJson(JsonElement element) => _element = element;

    /// <summary>What has been parsed elsewhere.</summary>
    public static ForeignJson From(JsonElement element) => new(element);

    /// <exception cref="ForeignJsonException">It is no JSON.</exception>
    public static ForeignJson Parse(string text) => ParseText(text);

    /// <exception cref="ForeignJsonException">It is no JSON.</exception>
    public static ForeignJson Parse(ReadOnlySpan<byte> utf8) => ParseText(Encoding.UTF8.GetString(utf8));

    /// <summary>Nothing when it is no JSON.</summary>
    public static ForeignJson ParseOrNothing(string? text)
    {
        try
        {
            return text is null ? default : Parse(text);
        }
        catch (ForeignJsonException)
        {
            return default;
        }
    }

    /// <summary>For what walks by itself: no access to it meets half a character.</summary>
    public JsonElement Element => _element;

    /// <summary>False: there is nothing at this place, or it is null.</summary>
    public bool Exists => _element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsList => _element.ValueKind == JsonValueKind.Array;

    public bool IsMap => _element.ValueKind == JsonValueKind.Object;

    /// <summary>
    /// The value of that name in a map; of the same name twice the last. Nothing where there is none, or where this is no map.
    /// </summary>
    public ForeignJson this[string name] => IsMap && _element.TryGetProperty(name, out var value) ? new(value) : default;

    /// <summary>A string, else null.</summary>
    public string? Text => _element.ValueKind == JsonValueKind.String ? _element.GetString() : null;

    /// <summary>A whole number that fits, however it is written (5, 5.0, 5e0), else null.</summary>
    public long? Whole =>
        _element.ValueKind != JsonValueKind.Number ? null
        : _element.TryGetInt64(out var whole) ? whole
        : _element.TryGetDecimal(out var exact) && exact == decimal.Truncate(exact) && exact is >= long.MinValue and <= long.MaxValue
            ? (long)exact
        : null;

    /// <summary>A number that is finite, else null.</summary>
    public double? Real =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetDouble(out var real) && double.IsFinite(real) ? real : null;

    /// <summary>True or false, else null.</summary>
    public bool? Flag =>
        _element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>What a list holds; none where this is no list.</summary>
    public IEnumerable<ForeignJson> Items => IsList ? _element.EnumerateArray().Select(static e => new ForeignJson(e)) : [];

    /// <summary>What a map holds; none where this is no map.</summary>
    public IEnumerable<(string Name, ForeignJson Value)> Members =>
        IsMap ? _element.EnumerateObject().Select(static p => (p.Name, new ForeignJson(p.Value))) : [];

    /// <summary>As it is shown: a string without quotes, everything else as it was written; empty for nothing and null.</summary>
    public string Shown => Text ?? (Exists ? _element.GetRawText() : "");

    /// <exception cref="ForeignJsonException">This is no list.</exception>
    public IEnumerable<ForeignJson> List() => IsList ? Items : throw new ForeignJsonException($"{Kind} where a list has to be");

    /// <summary>The non-empty text of that name.</summary>
    /// <exception cref="ForeignJsonException">This is no map, or it is missing or of another kind.</exception>
    public string TextOf(string name) => Of(name).Text is { Length: > 0 } text ? text : throw Wrong(name, "a text");

    /// <summary>The text of that name; null where it is missing or null.</summary>
    /// <exception cref="ForeignJsonException">This is no map, or it is of another kind.</exception>
    public string? OptionalTextOf(string name) => Of(name) is { Exists: true } value ? value.Text ?? throw Wrong(name, "a text") : null;

    /// <summary>The number of that name, 0 or more; null where it is missing or null.</summary>
    /// <exception cref="ForeignJsonException">This is no map, or it is of another kind, negative, a fraction or too large.</exception>
    public long? CountOf(string name, long most = long.MaxValue) =>
        Of(name) is not { Exists: true } value ? null
        : value.Whole is { } count && count >= 0 && count <= most ? count
        : throw Wrong(name, "a count");

    /// <summary>The truth of that name; null where it is missing or null.</summary>
    /// <exception cref="ForeignJsonException">This is no map, or it is of another kind.</exception>
    public bool? OptionalFlagOf(string name) =>
        Of(name) is { Exists: true } value ? value.Flag ?? throw Wrong(name, "true or false") : null;

    public override string ToString() => Shown;

    private string Kind =>
        _element.ValueKind switch
        {
            JsonValueKind.Object => "a map",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "true or false",
            JsonValueKind.Null => "null",
            _ => "nothing",
        };

    private ForeignJson Of(string name) =>
        IsMap ? this[name] : throw new ForeignJsonException($"{Kind} where a map with '{name}' has to be");

    private ForeignJsonException Wrong(string name, string wanted) =>
        new(
            this[name].Kind is var kind && kind != wanted
                ? $"'{name}' is {kind}, not {wanted}"
                : $"'{name}' is no usable {wanted.Split(' ')[^1]}"
        );

    private static ForeignJson ParseText(string text)
    {
        text = text.TrimStart('\uFEFF');
        if (text.Contains(@"\ud", StringComparison.OrdinalIgnoreCase))
        {
            text = Escape().Replace(text, static m => m.Groups["lone"].Success ? @"\ufffd" : m.Value);
        }

        // Halves of characters become U+FFFD here, as they do in the escapes above: no later access meets one.
        var utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            Count(utf8);
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = Deepest });
            return new ForeignJson(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}");
            throw new ForeignJsonException($"no JSON at {at}", e);
        }
    }

    private static void Count(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Deepest });
        for (var values = 0; reader.Read(); )
        {
            if (++values > MostValues)
            {
                throw new ForeignJsonException(string.Create(CultureInfo.InvariantCulture, $"more than {MostValues:N0} values"));
            }
        }
    }

    // An escape at a time, so that the second backslash of \\ud800 begins none.
    [GeneratedRegex(
        @"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(?<lone>u[dD][89a-fA-F][\da-fA-F]{2})|.)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Escape();
}

/// <summary>
/// JSON of another shape than was asked for. The message says where and how, as the end of a sentence; who reads it knows whose JSON it
/// was.
/// </summary>
internal sealed class ForeignJsonException(string message, Exception? innerException = null) : FormatException(message, innerException);
