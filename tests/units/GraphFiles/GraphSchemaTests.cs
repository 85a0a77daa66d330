using System.Text.Json;
using System.Text.RegularExpressions;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Tests.Units.GraphFiles;

/// <summary>The schema that editors use and the reader must know the same keys and words.</summary>
public sealed class GraphSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(RepositoryFolder(), "docs/schema/opsrestart-graph.schema.json")))
        .RootElement;

    public static TheoryData<string, IEnumerable<string>> Maps =>
        new()
        {
            { "", GraphKeys.Root.All },
            { "properties/defaults", GraphKeys.Service.Defaults },
            { "$defs/service", GraphKeys.Service.All },
            { "$defs/queue", GraphKeys.QueueSystems.Concat(GraphKeys.Queue.All) },
            { "$defs/commands", GraphKeys.Commands.All },
            { "$defs/hook", GraphKeys.Hook.All },
            { "$defs/probeMap", Reading.Probes.Kinds.Concat(GraphKeys.Probe.All) },
        };

    [Theory]
    [MemberData(nameof(Maps))]
    public void Knows_the_same_keys(string place, IEnumerable<string> keys) =>
        Assert.Equal(keys.Order(), At(place).GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());

    [Theory]
    [InlineData("")]
    [InlineData("properties/defaults")]
    [InlineData("$defs/service")]
    [InlineData("$defs/commands")]
    [InlineData("$defs/hook")]
    public void Allows_no_other_keys_where_the_reader_allows_none(string place) =>
        Assert.False(At(place).GetProperty("additionalProperties").GetBoolean());

    [Fact]
    public void Knows_the_same_words()
    {
        Assert.Equal(SettingReader.Names<DrainLevel>(), Words("$defs/queue/properties/drain/enum"));
        Assert.Equal(SettingReader.Names<DrainTimeoutPolicy>(), Words("$defs/queue/properties/onTimeout/enum"));
        Assert.Equal(SettingReader.Names<ServiceScope>(), Words("$defs/service/properties/scope/enum"));
        Assert.Equal(
            Reading.Probes.Kinds,
            At("$defs/probeMap/anyOf").EnumerateArray().Select(a => a.GetProperty("required")[0].GetString()!)
        );
        var uri = new Regex(At("$defs/probeUri/pattern").GetString()!);
        Assert.All(Reading.Probes.Schemes.Keys, scheme => Assert.Matches(uri, scheme + "://x"));
        Assert.Equal(Reading.Probes.Schemes.Count, At("$defs/probeUri/pattern").GetString()!.Count(c => c == '|') + 1);
    }

    [Theory]
    [InlineData("30s")]
    [InlineData("1m30s")]
    [InlineData("500ms")]
    [InlineData("2 min")]
    [InlineData("0.5")]
    [InlineData("00:05:00")]
    [InlineData("1.00:00:00.5")]
    [InlineData("soon")]
    [InlineData("5 parsecs")]
    [InlineData("-5s")]
    public void Takes_the_same_durations(string text) =>
        Assert.Equal(
            Duration.TryParse(text, out _),
            At("$defs/duration/anyOf")
                .EnumerateArray()
                .Any(a => a.TryGetProperty("pattern", out var p) && Regex.IsMatch(text, p.GetString()!))
        );

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = Regex
            .Matches(Schema.GetRawText(), "\"\\$ref\":\\s*\"#/([^\"]+)\"")
            .Select(m => m.Groups[1].Value)
            .Distinct()
            .ToList();

        Assert.NotEmpty(references);
        Assert.All(references, place => At(place));
    }

    private static IEnumerable<string> Words(string place) => At(place).EnumerateArray().Select(e => e.GetString()!);

    private static JsonElement At(string place) =>
        place.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(Schema, (element, name) => element.GetProperty(name));

    private static string RepositoryFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OpsRestart.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
