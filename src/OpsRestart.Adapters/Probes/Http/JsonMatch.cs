using OpsRestart.Adapters.Wire;

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
                    return found is null ? $"its JSON has nothing at '{path}'." : $"its JSON has '{ProbeText.OneLine(found, 80)}' at '{path}', not '{value}'.";
                }
            }

            return null;
        }
        catch (ForeignJsonException e)
        {
            return $"it is no usable JSON ({e.Message}). It begins: {ProbeText.OneLine(text, 120)}";
        }
    }
}
