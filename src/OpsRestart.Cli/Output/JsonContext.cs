using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsRestart.Cli.Output;

/// <summary>What can be written as JSON; made at build time, since start-up time counts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(SecondsConverter)]
)]
[JsonSerializable(typeof(RunEvent))]
[JsonSerializable(typeof(ServiceGraphRun))]
[JsonSerializable(typeof(PlanStep))]
[JsonSerializable(typeof(GraphFinding))]
[JsonSerializable(typeof(NodeLine))]
[JsonSerializable(typeof(ProbeResult))]
[JsonSerializable(typeof(DrainProgress))]
[JsonSerializable(typeof(DrainResult))]
[JsonSerializable(typeof(SuspensionLine))]
[JsonSerializable(typeof(ErrorLine))]
internal sealed partial class JsonContext : JsonSerializerContext
{
    /// <summary>Quotes and umlauts as they are: the reader is a log, not a web page.</summary>
    public static JsonSerializerOptions Plain { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = Default };
}

/// <summary>A duration is a number of seconds; one without an end is null.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TimeSpan.FromSeconds(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        if (value == Timeout.InfiniteTimeSpan)
        {
            writer.WriteNullValue();
        }
        else
        {
            writer.WriteNumberValue(Math.Round(value.TotalSeconds, 6));
        }
    }
}
