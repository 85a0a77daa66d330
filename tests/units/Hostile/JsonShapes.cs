using System.Text.Json.Nodes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Makes JSON of other shapes out of a good one.</summary>
internal static class JsonShapes
{
    private static readonly string[] Values =
    [
        "null",
        "[]",
        "{}",
        "\"\"",
        "\"x\"",
        "0",
        "-1",
        "0.5",
        "1e400",
        "-9223372036854775809",
        "99999999999999999999",
        "true",
        "false",
        "[[[[[]]]]]",
        "{\"a\":{\"b\":null}}",
        "\"\\ud800\"",
        "\"\\u0000\\u001b[31m\"",
        "[null]",
        "[1]",
        "\"2147483648\"",
        "2147483648",
    ];

    private static readonly string[] Texts =
    [
        "",
        " ",
        "<html><body>It works!</body></html>",
        "{",
        "[",
        "[{",
        "[1,]",
        "nul",
        "\"",
        "[\"\u0001\"]",
        "\uFEFF[]",
        "{}{}",
        "[] []",
        "NaN",
        "[Infinity]",
        "'x'",
        "[" + new string('[', 5000),
        "[" + new string('{', 5000),
        "[{\"name\":\"a\",\"name\":7}]",
        "[{\"\\ud800\":1}]",
        "\0\0\0\0",
        "[/**/]",
        "[{\"name\":\"" + new string('n', 100_000) + "\"}]",
        "[" + new string('9', 100_000) + "]",
    ];

    /// <summary>Each part of the good one replaced by each odd value or left out; whole texts that are none; and random mixtures.</summary>
    public static IEnumerable<string> Of(string good, Random random, int mixtures)
    {
        foreach (var text in Values.Concat(Texts))
        {
            yield return text;
        }

        foreach (var path in Paths(JsonNode.Parse(good)))
        {
            yield return Filled(Marked(good, path, "0"), random);
            yield return Marked(good, path, null);
        }

        for (var i = 0; i < mixtures; i++)
        {
            var text = good;
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                var paths = Paths(JsonNode.Parse(text)).ToList();
                text = paths.Count == 0 ? text : Marked(text, paths[random.Next(paths.Count)], random.Next(5) == 0 ? null : $"{times}");
            }

            text = Filled(text, random);
            yield return random.Next(4) == 0 ? text[..random.Next(text.Length)] : text;
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode? node, params object[] at) =>
        node switch
        {
            JsonObject map => map.SelectMany(p => Paths(p.Value, [.. at, p.Key]).Prepend([.. at, p.Key])),
            JsonArray list => list.SelectMany((v, i) => Paths(v, [.. at, i]).Prepend([.. at, i])),
            _ => [],
        };

    // Odd numbers and escapes can't be nodes: markers are written, and replaced in the text.
    private static string Filled(string marked, Random random)
    {
        for (var i = 0; i < 4; i++)
        {
            marked = marked.Replace($"\"-marker {i}-\"", Values[random.Next(Values.Length)], StringComparison.Ordinal);
        }

        return marked;
    }

    private static string Marked(string text, object[] path, string? marker)
    {
        var root = JsonNode.Parse(text)!;
        var parent = root;
        foreach (var step in path[..^1])
        {
            parent = step is string name ? parent[name]! : parent[(int)step]!;
        }

        switch (parent, path[^1])
        {
            case (JsonObject map, string name) when marker is null:
                map.Remove(name);
                break;
            case (JsonObject map, string name):
                map[name] = $"-marker {marker}-";
                break;
            case (JsonArray list, int i) when marker is null:
                list.RemoveAt(i);
                break;
            case (JsonArray list, int i):
                list[i] = $"-marker {marker}-";
                break;
        }

        return root.ToJsonString();
    }
}
