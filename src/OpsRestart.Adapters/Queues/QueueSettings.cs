using System.Globalization;

namespace OpsRestart.Adapters.Queues;

/// <summary>Reads the system-specific settings of a queue or probe definition, as they were written.</summary>
internal sealed class QueueSettings(IReadOnlyDictionary<string, object?> settings)
{
    public string? Text(string key) => settings.TryGetValue(key, out var value) && value is not null
        ? Convert.ToString(value, CultureInfo.InvariantCulture)
        : null;

    /// <summary>A list, or one text that counts as a list of one.</summary>
    public IReadOnlyList<string> Texts(string key) => settings.GetValueOrDefault(key) switch
    {
        null => [],
        string one => [one],
        System.Collections.IEnumerable many => [.. many.Cast<object?>().Select(static v => Convert.ToString(v, CultureInfo.InvariantCulture)).OfType<string>()],
        var other => [Convert.ToString(other, CultureInfo.InvariantCulture)!],
    };

    public long? Number(string key) => long.TryParse(Text(key), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public TimeSpan? Span(string key) => Text(key) is { } text && Duration.TryParse(text, out var span) ? span : null;
}
