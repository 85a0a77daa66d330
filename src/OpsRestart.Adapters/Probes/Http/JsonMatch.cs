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
            using var document = JsonDocument.Parse(text);
            foreach (var (path, value) in expected)
            {
                var found = JsonPath.Find(document.RootElement, path);
                if (!string.Equals(found, value, StringComparison.Ordinal))
                {
                    return found is null ? $"its JSON has nothing at '{path}'." : $"its JSON has '{ProbeText.OneLine(found, 80)}' at '{path}', not '{value}'.";
                }
            }

            return null;
        }
        catch (JsonException e)
        {
            return $"it is no JSON ({ProbeText.OneLine(e.Message, 80)}). It begins: {ProbeText.OneLine(text, 120)}";
        }
    }
}
