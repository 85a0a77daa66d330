using System.Text.Json;

namespace OpsRestart.Adapters.Probes.Http;

/// <summary>Compares values in a JSON text with what was asked for.</summary>
internal static class JsonMatch
{
    /// <summary>The first thing that is not as expected, as the end of a sentence; null: all is.</summary>
    public static string? Fault(string text, IReadOnlyDictionary<string, string> expected)
    {
        if (expected.Count == 0)
        {
            return null;
        }

        try
        {
            var root = ForeignJson.Parse(text).Element;
            foreach (var (path, value) in expected)
            {
                var found = JsonPath.Find(root, path);
                if (!string.Equals(found, value, StringComparison.Ordinal))
                {
                    return found is null
                        ? $"its JSON has nothing at '{path}'."
                        : $"its JSON has '{ForeignText.OneLine(found, 80)}' at '{path}', not '{value}'.";
                }
            }

            return null;
        }
        catch (ForeignJsonException e)
        {
            return $"it is no usable JSON ({e.Message}). It begins: {ForeignText.OneLine(text, 120)}";
        }
    }
}

/// <summary>A dotted path into JSON: names and array positions, <c>checks.0.status</c>; a name may itself hold dots.</summary>
internal static class JsonPath
{
    /// <summary>The value as it would be written without quotes; null when there is nothing at the path.</summary>
    public static string? Find(JsonElement element, string path)
    {
        if (path.Length == 0)
        {
            return Written(element);
        }

        // The longest name that fits wins, so that {"a.b": 1} is found by a.b.
        for (var end = path.Length; end > 0; end = path.LastIndexOf('.', end - 1))
        {
            if (Step(element, path[..end]) is { } next && Find(next, end == path.Length ? "" : path[(end + 1)..]) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static JsonElement? Step(JsonElement element, string name) =>
        element.ValueKind switch
        {
            JsonValueKind.Object when element.TryGetProperty(name, out var value) => value,
            JsonValueKind.Array
                when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < element.GetArrayLength() =>
                element[i],
            _ => null,
        };

    private static string Written(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => element.GetString() ?? "",
            JsonValueKind.Null => "null",
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => element.GetRawText(),
        };
}
