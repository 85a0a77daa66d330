using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Reads the commands that a service is managed by where no service manager knows it.</summary>
internal sealed class CommandsReader(FindingList findings)
{
    /// <summary>Null: the service has no <c>command</c>.</summary>
    public ServiceCommands? Read(MapReader service)
    {
        if (service.Find(GraphKeys.Service.Command) is not { } item)
        {
            return null;
        }

        RefuseOthers(service);
        var map = new MapReader(item, $"'{GraphKeys.Service.Command}' of {service.What}", findings);
        if (!map.IsMap)
        {
            return new ServiceCommands { Start = [], Stop = [] };
        }

        map.AllowOnly(GraphKeys.Commands.All);
        return new ServiceCommands
        {
            Start = Required(map, GraphKeys.Commands.Start),
            Stop = Required(map, GraphKeys.Commands.Stop),
            Status = Optional(map, GraphKeys.Commands.Status),
            Restart = Optional(map, GraphKeys.Commands.Restart),
            User = map.Text(GraphKeys.Commands.User),
            Environment = map.Variables(GraphKeys.Commands.Environment),
            WorkingDirectory = map.Text(GraphKeys.Commands.WorkingDirectory),
            Timeout = map.Duration(GraphKeys.Commands.Timeout),
        };
    }

    /// <summary>The node's own times count for its start and stop; where it has none, the one of its commands.</summary>
    public static ServiceNode Apply(ServiceNode node, ServiceCommands commands, MapReader service)
    {
        if (node.HostName is not null)
        {
            service.Fail(GraphKeys.Service.Host, "can't be given: commands run on this machine", "Let the command itself use ssh.");
        }

        return node with
        {
            Commands = commands,
            Scope = ServiceScope.System,
            StartTimeout = commands.Timeout is { } limit && !service.Has(GraphKeys.Service.StartTimeout) ? limit : node.StartTimeout,
            StopTimeout = node.StopTimeout ?? commands.Timeout,
        };
    }

    private static IReadOnlyList<string> Required(MapReader map, string key)
    {
        if (map.Find(key) is null)
        {
            map.Missing($"has no '{key}'.", $"Write {key}: and the command, as a list of its words.", key);
            return [];
        }

        return Optional(map, key);
    }

    private static IReadOnlyList<string> Optional(MapReader map, string key)
    {
        var words = map.Command(key);
        var isEmpty = map.Find(key) switch
        {
            YamlScalar text => string.IsNullOrWhiteSpace(text.Text),
            YamlList list => list.Items is [] or [YamlScalar { Text.Length: 0 }, ..],
            _ => false,
        };
        if (isEmpty)
        {
            map.Fail(key, "is empty", "Write the command, as a list of its words.");
        }

        return words;
    }

    private void RefuseOthers(MapReader service)
    {
        foreach (var key in new[] { GraphKeys.Service.Unit, GraphKeys.Service.Program, GraphKeys.Service.Scope })
        {
            if (service.KeyOf(key) is { } other)
            {
                findings.Add(
                    "BadValue",
                    other,
                    $"'{key}' of {service.What} can't stand beside '{GraphKeys.Service.Command}': "
                        + "commands manage what no service manager knows.",
                    "Keep one of them.",
                    key
                );
            }
        }
    }
}
