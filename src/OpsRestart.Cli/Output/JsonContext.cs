using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsRestart.Cli.Output;

/// <summary>What can be written as JSON; made at build time, since start-up time counts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(SecondsConverter)])]
[JsonSerializable(typeof(RunEvent))]
[JsonSerializable(typeof(ServiceGraphRun))]
[JsonSerializable(typeof(PlanStep))]
[JsonSerializable(typeof(GraphFinding))]
[JsonSerializable(typeof(ServiceLine))]
[JsonSerializable(typeof(ProbeResult))]
[JsonSerializable(typeof(DrainProgress))]
[JsonSerializable(typeof(DrainResult))]
[JsonSerializable(typeof(SuspensionLine))]
[JsonSerializable(typeof(ErrorLine))]
internal sealed partial class JsonContext : JsonSerializerContext
{
    /// <summary>Quotes and umlauts as they are: the reader is a log, not a web page.</summary>
    public static JsonSerializerOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = Default };
}
