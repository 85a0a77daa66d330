using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OpsRestart.Cli.Output;

/// <summary>
/// One JSON object a line, each with a <c>type</c>: event, result, step, finding, node, probe, drainProgress, drain, suspension, error.
/// Names are in camelCase, enums are their words, durations are seconds, times are UTC.
/// </summary>
internal sealed class JsonLines(TextWriter writer)
{
    private readonly Lock _gate = new();

    public void Write<T>(string type, T value, JsonTypeInfo<T> info)
    {
        var line = new JsonObject { ["type"] = type };
        foreach (var (name, member) in JsonSerializer.SerializeToNode(value, info)!.AsObject().ToList())
        {
            member?.Parent?.AsObject().Remove(name);
            line[name] = member;
        }

        lock (_gate)
        {
            writer.WriteLine(Escaped(line.ToJsonString(JsonContext.Plain)));
            writer.Flush();
        }
    }

    /// <summary>
    /// A reader of JSON gets exactly what it was; a terminal that shows the line is not told to turn the direction of writing.
    /// </summary>
    private static string Escaped(string json) =>
        ReferenceEquals(ShownText.Line(json), json)
            ? json
            : string.Concat(
                json.Select(static c =>
                    char.IsSurrogate(c) || ShownText.Line(c.ToString())[0] == c
                        ? c.ToString()
                        : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                )
            );

    public void Error(OpsError error, string message, string? advice) =>
        Write(
            "error",
            new ErrorLine(error, SecretText.Redact(message), NextSteps.After(error, advice), ExitCode.Of(error)),
            JsonContext.Default.ErrorLine
        );
}

/// <summary>An error that ended the command before there was a result.</summary>
internal sealed record ErrorLine(OpsError Error, string Message, string? Advice, int ExitCode);
