using System.Text.RegularExpressions;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Makes a graph of the tree of one file. Names that refer to nothing are left for the graph's validation.</summary>
internal sealed partial class GraphBuilder(FindingList findings, ProbeNames probes)
{
    // Far above any host; stops sets of instances that multiply.
    private const int MaxServices = 20_000;
    private const int MaxReferences = 100_000;
    private readonly ProbeReader _probes = new(findings, probes);

    // A service that is several instances: its name stands for all of them wherever another refers to it.
    private readonly Dictionary<string, List<string>> _instances = new(StringComparer.Ordinal);
    private int _references;

    public ServiceGraph? Build(YamlItem root, string? path)
    {
        var reader = new MapReader(root, "the graph", findings);
        if (!reader.IsMap)
        {
            return null;
        }

        if (reader.Entries.Count > 0 && !reader.Entries.Any(static e => GraphKeys.Root.Telling.Contains(e.Key.Text)))
        {
            // Some other file altogether: its lines are none of the reader's to print.
            findings.Add(
                "NotAGraph",
                root,
                "This is no graph: it has none of a graph's keys.",
                $"A graph has {string.Join(", ", GraphKeys.Root.All)}."
            );
            return null;
        }

        reader.AllowOnly(GraphKeys.Root.All);
        var name = ReadName(reader);
        var nodes = ReadNodes(reader);
        return new ServiceGraph
        {
            Name = name,
            User = reader.Text(GraphKeys.Root.User),
            Nodes = [.. nodes.Select(Expanded)],
            Queues = [.. Children(reader, GraphKeys.Root.Queues, "queue").Select(c => ReadQueue(c.Key, c.Map))],
            Hooks = [.. Children(reader, GraphKeys.Root.Hooks, "hook").Select(c => ReadHook(c.Key, c.Map))],
            Validate = _probes.Read(reader.Find(GraphKeys.Root.Validate), "the graph"),
            Path = path,
        };
    }

    private string ReadName(MapReader reader)
    {
        if (reader.Find(GraphKeys.Root.Graph) is null)
        {
            reader.Missing("has no name.", "Begin the file with graph: and its name.", GraphKeys.Root.Graph);
            return "";
        }

        var name = reader.Text(GraphKeys.Root.Graph) ?? "";
        if (name.Length > 0)
        {
            CheckName(reader.Find(GraphKeys.Root.Graph)!, name, "graph");
        }

        return name;
    }

    private List<ServiceNode> ReadNodes(MapReader reader)
    {
        var defaults = new MapReader(reader.Find(GraphKeys.Root.Defaults) ?? Nothing(reader), "defaults", findings);
        defaults.AllowOnly(GraphKeys.Service.Defaults);
        if (reader.Find(GraphKeys.Root.Services) is null)
        {
            findings.Add(
                "MissingKey",
                reader.KeyOf(GraphKeys.Root.Services) ?? reader.At,
                "The graph has no services.",
                "Write services: and a map of them.",
                GraphKeys.Root.Services
            );
        }

        var nodes = new List<ServiceNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, map) in Children(reader, GraphKeys.Root.Services, "service"))
        {
            foreach (var node in new NodeReader(findings, _probes).Read(key, map, defaults))
            {
                if (nodes.Count == MaxServices)
                {
                    findings.Add(
                        "TooLarge",
                        key,
                        $"The graph has more than {MaxServices} services.",
                        "Write what is restarted together as a graph of its own.",
                        key.Text
                    );
                    return nodes;
                }

                if (!names.Add(node.Name))
                {
                    findings.Add(
                        "DuplicateKey",
                        key,
                        $"There are two services called '{node.Name}': one is an instance of a set.",
                        "Rename one of them.",
                        node.Name
                    );
                }

                nodes.Add(node);
                if (node.Name != key.Text)
                {
                    (_instances.TryGetValue(key.Text, out var instances) ? instances : _instances[key.Text] = []).Add(node.Name);
                }
            }
        }

        return nodes;
    }

    private ServiceNode Expanded(ServiceNode node) =>
        node with
        {
            Needs = Expanded(node.Needs, node.Line),
            StartsAfter = Expanded(node.StartsAfter, node.Line),
            StopsAfter = Expanded(node.StopsAfter, node.Line),
        };

    private string[] Expanded(IReadOnlyList<string> names, int line)
    {
        string[] expanded =
            _references > MaxReferences
                ? []
                :
                [
                    .. names
                        .Distinct(StringComparer.Ordinal)
                        .SelectMany(name => _instances.TryGetValue(name, out var instances) ? instances : (IReadOnlyList<string>)[name])
                        .Distinct(StringComparer.Ordinal),
                ];
        if (_references <= MaxReferences && (_references += expanded.Length) > MaxReferences)
        {
            findings.Add(
                "TooLarge",
                line,
                1,
                $"The services refer to each other more than {MaxReferences} times.",
                "Let sets of instances need one service that stands between."
            );
        }

        return expanded;
    }

    private GraphQueue ReadQueue(YamlScalar key, MapReader map)
    {
        IReadOnlyList<string> known = [.. GraphKeys.QueueSystems, .. GraphKeys.Queue.All];
        var settings = SettingMap.Of(map.Others(known));
        var systems = GraphKeys.QueueSystems.Where(system => map.KeyOf(system) is not null).ToList();
        if (systems.Count != 1 && map.IsMap)
        {
            map.Missing(
                systems.Count == 0 ? "does not say what it is." : $"is more than one thing: {string.Join(", ", systems)}.",
                "Write exactly one of celery:, rq: or rabbitmq: with the broker's URI.",
                GraphKeys.QueueSystems
            );
        }

        var system = systems.FirstOrDefault() ?? "";
        var defaults = new GraphQueue
        {
            Name = key.Text,
            System = system,
            Broker = Broker(map, system),
            Line = key.Line,
        };
        return defaults with
        {
            Queues = map.List(GraphKeys.Queue.Queues),
            Workers = map.List(GraphKeys.Queue.Workers),
            FedBy = Expanded(map.List(GraphKeys.Queue.FedBy), key.Line),
            ConsumedBy = Expanded(map.List(GraphKeys.Queue.ConsumedBy), key.Line),
            Drain = map.Choice<DrainLevel>(GraphKeys.Queue.Drain) ?? defaults.Drain,
            Timeout = map.Duration(GraphKeys.Queue.Timeout) ?? defaults.Timeout,
            OnTimeout = map.Choice<DrainTimeoutPolicy>(GraphKeys.Queue.OnTimeout) ?? defaults.OnTimeout,
            Settings = settings,
        };
    }

    private static string Broker(MapReader map, string system)
    {
        if (system.Length == 0)
        {
            return "";
        }

        if (map.Find(system) is null)
        {
            map.Missing("does not say where its broker is.", $"Write {system}: and the broker's URI.");
        }

        return map.Text(system) ?? "";
    }

    private GraphHook ReadHook(YamlScalar key, MapReader map)
    {
        map.AllowOnly(GraphKeys.Hook.All);
        var command = map.Command(GraphKeys.Hook.Command);
        if (map.IsMap && map.Find(GraphKeys.Hook.Command) is null)
        {
            map.Missing("has no command.", "Write command: and a list of its words.", GraphKeys.Hook.Command);
        }

        var defaults = new GraphHook
        {
            Name = key.Text,
            Command = command,
            Line = key.Line,
        };
        var when = map.Choice<HookPhase>(GraphKeys.Hook.When) ?? defaults.When;
        var needs = map.List(GraphKeys.Hook.Needs);
        if (needs.Count > 0 && when != HookPhase.DatastoresReady)
        {
            map.Fail(GraphKeys.Hook.Needs, "is for 'when: datastoresReady' alone", "Leave it out: what is up then follows from 'when'.");
        }

        return defaults with
        {
            WorkingDirectory = map.Text(GraphKeys.Hook.WorkingDirectory),
            User = map.Text(GraphKeys.Hook.User),
            Environment = map.Variables(GraphKeys.Hook.Environment),
            When = when,
            Needs = Expanded(needs, key.Line),
            Timeout = map.Duration(GraphKeys.Hook.Timeout) ?? defaults.Timeout,
        };
    }

    private IEnumerable<(YamlScalar Key, MapReader Map)> Children(MapReader parent, string key, string what)
    {
        var children = new MapReader(parent.Find(key) ?? Nothing(parent), $"'{key}'", findings);
        foreach (var (name, value) in children.Entries.Select(static e => (e.Key, e.Value)))
        {
            CheckName(name, name.Text, what);
            var at = value is YamlScalar { IsNull: true } ? name with { Text = "", IsPlain = true } : value;
            yield return (name, new MapReader(at, $"{what} '{name.Text}'", findings));
        }
    }

    private void CheckName(YamlItem at, string name, string what)
    {
        if (!Name().IsMatch(name))
        {
            findings.Add(
                "BadName",
                at,
                $"'{name}' can't be the name of a {what}.",
                "Use letters, digits, '-', '_', '.' and '@', beginning with a letter or digit.",
                name
            );
        }
    }

    private static YamlScalar Nothing(MapReader at) => new("", IsPlain: true, at.At.Line, at.At.Column);

    [GeneratedRegex(@"^[\p{L}\p{Nd}][\p{L}\p{Nd}@._\-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
