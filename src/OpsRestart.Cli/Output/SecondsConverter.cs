using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsRestart.Cli.Output;

/// <summary>A duration is a number of seconds; one without an end is null.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

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
