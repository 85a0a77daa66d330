using System.CommandLine;
using System.CommandLine.Parsing;

namespace OpsRestart.Cli.Commands;

/// <summary>Options whose values say what is wrong with them.</summary>
internal static class OptionOf
{
    public static Option<TimeSpan?> Time(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "duration",
            CustomParser = static result =>
                Duration.TryParse(Value(result), out var time)
                    ? time <= Duration.LongestWait
                        ? time
                        : Refuse<TimeSpan?>(
                            result,
                            $"'{Value(result)}' is longer than can be waited for: at most {Duration.Format(Duration.LongestWait)}."
                        )
                    : Refuse<TimeSpan?>(
                        result,
                        $"'{Value(result)}' is not a duration. Write 30s, 5m, 1h, 00:05:00, or a number of seconds."
                    ),
        };

    /// <summary>One of an enum's names, as words with dashes, in any case.</summary>
    public static Option<T?> Word<T>(string name, string description)
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>().ToDictionary(static v => Dashed(v.ToString()), StringComparer.OrdinalIgnoreCase);
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = string.Join('|', values.Keys),
            CustomParser = result =>
                values.TryGetValue(Value(result), out var value)
                    ? value
                    : Refuse<T?>(result, $"'{Value(result)}' is not one of {string.Join(", ", values.Keys)}."),
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. values.Keys]);
        return option;
    }

    private static string Dashed(string name) =>
        string.Concat(name.Select(static (c, i) => char.IsUpper(c) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(c) : c.ToString()));

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static string Value(ArgumentResult result) => result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;

    private static T? Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default;
    }
}
