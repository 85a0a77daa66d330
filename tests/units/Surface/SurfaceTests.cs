using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using OpsRestart.Adapters.Composition;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Cli;
using OpsRestart.Cli.Commands;
using OpsRestart.Cli.Output;
using OpsRestart.Errors;
using OpsRestart.Tests.Units.Cli;
using OpsRestart.Tests.Units.Docs;

namespace OpsRestart.Tests.Units.Surface;

/// <summary>All that users type or read by name. Each text file beside this one holds one part of it.</summary>
public sealed class SurfaceTests
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Maps = new Dictionary<string, IReadOnlyList<string>>
    {
        ["file"] = GraphKeys.Root.All,
        ["defaults"] = GraphKeys.Service.Defaults,
        ["service"] = GraphKeys.Service.All,
        ["queue"] = GraphKeys.Queue.All,
        ["hook"] = GraphKeys.Hook.All,
        ["probe"] = GraphKeys.Probe.All,
    };

    /// <summary>The keys of graph files, by the map that they stand in.</summary>
    internal static IEnumerable<(string Map, IReadOnlyList<string> Keys)> GraphFiles =>
        Maps.Select(static m => (m.Key, m.Value))
            .Concat(
                GraphKeys.QueueSystems.Select(static s => ($"queue {s}", (IReadOnlyList<string>)[.. ClaimsTests.QueueSettings(s).Order()]))
            )
            .Concat(
                ClaimsTests.Names.Kinds.Order().Select(static k => ($"probe {k}", (IReadOnlyList<string>)[.. ClaimsTests.KnownSettings(k)]))
            );

    /// <summary>The commands of <c>opsrestart</c>, the first being itself.</summary>
    internal static IEnumerable<Command> Commands
    {
        get
        {
            var root = CommandTree.Build(new CommandContext(new ConsoleText().Terminal, static () => new OpsSession()));
            return root.Subcommands.Prepend(root);
        }
    }

    [Fact]
    public void Cmdlets_with_their_parameters() => Snapshot.Is("cmdlets.txt", string.Join('\n', Surface.Cmdlets.All));

    [Fact]
    public void Commands_with_their_options() =>
        Snapshot.Is("opsrestart.txt", string.Join('\n', Commands.Select(static c => $"{c.Name}: {c.Description}\n{Options(c)}")));

    [Fact]
    public void Errors_with_their_categories_and_exit_codes() =>
        Snapshot.Is(
            "errors.txt",
            string.Concat(Enum.GetValues<OpsError>().Select(static e => $"{e}: {ErrorRecords.CategoryOf(e)}, exit code {ExitCode.Of(e)}\n"))
        );

    [Fact]
    public void Keys_of_graph_files() =>
        Snapshot.Is("graph-files.txt", string.Concat(GraphFiles.Select(static m => $"{m.Map}: {string.Join(", ", m.Keys)}\n")));

    [Fact]
    public void Fields_of_json()
    {
        var types = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in new[] { typeof(ServiceGraphRun), typeof(PlanStep), typeof(NodeLine), typeof(RunEvent), typeof(GraphFinding) })
        {
            AddFields(type, types);
        }

        foreach (
            var type in new[] { typeof(ProbeResult), typeof(DrainProgress), typeof(DrainResult), typeof(SuspensionLine), typeof(ErrorLine) }
        )
        {
            AddFields(type, types);
        }

        Snapshot.Is("json.txt", string.Concat(types.Select(static t => $"{t.Key}: {t.Value}\n")));
    }

    private static string Options(Command command) =>
        string.Concat(
            command
                .Arguments.Select(static a => $"  <{a.HelpName}>  {a.Description}\n")
                .Concat(
                    command.Options.Select(static o =>
                        $"  {string.Join(", ", o.Aliases.Prepend(o.Name))}{(o.HelpName is { } value ? $" <{value}>" : "")}  {o.Description}\n"
                    )
                )
        );

    private static void AddFields(Type type, SortedDictionary<string, string> types)
    {
        if (types.ContainsKey(type.Name) || JsonContext.Default.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } info)
        {
            return;
        }

        types[type.Name] = string.Join(", ", info.Properties.Select(static p => p.Name));
        foreach (var property in info.Properties)
        {
            var item = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType;
            if (item.Namespace is { } space && space.StartsWith("OpsRestart", StringComparison.Ordinal) && !item.IsEnum)
            {
                AddFields(item, types);
            }
        }
    }
}
