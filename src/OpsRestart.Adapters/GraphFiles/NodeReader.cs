using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Reads one service of a graph; a set of instances gives several nodes, called <c>name@instance</c>.</summary>
internal sealed class NodeReader(FindingList findings, ProbeReader probes)
{
    public IReadOnlyList<ServiceNode> Read(YamlScalar key, MapReader map, MapReader defaults)
    {
        map.AllowOnly(GraphKeys.Service.All);
        var commands = new CommandsReader(findings).Read(map);
        var (service, manager) = commands is null ? ReadService(map) : (key.Text, ServiceManagerKind.Command);
        map.FillFrom(defaults);
        var node = ReadNode(key, map) with { Service = service, Manager = manager };
        if (commands is not null)
        {
            node = CommandsReader.Apply(node, commands, map);
        }

        return [.. Instances(map, service).Select(instance => NodeInstance.Of(node, instance.Instance, instance.Service))];
    }

    private ServiceNode ReadNode(YamlScalar key, MapReader map)
    {
        var defaults = new ServiceNode
        {
            Name = key.Text,
            Service = "",
            Line = key.Line,
        };
        return defaults with
        {
            Scope = map.Choice<ServiceScope>(GraphKeys.Service.Scope) ?? defaults.Scope,
            HostName = map.Text(GraphKeys.Service.Host),
            Socket = map.Text(GraphKeys.Service.Supervisor),
            Role = map.Text(GraphKeys.Service.Role),
            Needs = map.List(GraphKeys.Service.Needs),
            StartsAfter = map.List(GraphKeys.Service.StartsAfter),
            StopsAfter = map.List(GraphKeys.Service.StopsAfter),
            Ready = probes.Read(map.Find(GraphKeys.Service.Ready), map.What),
            StableFor = map.Duration(GraphKeys.Service.StableFor) ?? defaults.StableFor,
            StartTimeout = map.Duration(GraphKeys.Service.StartTimeout) ?? defaults.StartTimeout,
            StopTimeout = map.Duration(GraphKeys.Service.StopTimeout),
            Check = map.Command(GraphKeys.Service.Check),
            CheckTimeout = map.Duration(GraphKeys.Service.CheckTimeout) ?? defaults.CheckTimeout,
            Config = ReadConfig(map),
            Protected = map.Flag(GraphKeys.Service.Protected) ?? false,
        };
    }

    private static IReadOnlyList<string> ReadConfig(MapReader map)
    {
        var files = map.List(GraphKeys.Service.Config);
        if (files.Any(static f => !f.StartsWith('/')))
        {
            map.Fail(GraphKeys.Service.Config, "has a path that does not begin with '/'", "Write the whole path of the file or folder.");
        }

        return files;
    }

    private (string Service, ServiceManagerKind Manager) ReadService(MapReader map)
    {
        var unit = map.Text(GraphKeys.Service.Unit);
        var program = map.Text(GraphKeys.Service.Program);
        if (unit is not null && program is not null)
        {
            findings.Add(
                "BadValue",
                map.KeyOf(GraphKeys.Service.Program)!,
                $"{Capital(map.What)} is both a unit and a program.",
                "Keep unit: for systemd, or program: for supervisord.",
                GraphKeys.Service.Program
            );
        }
        else if (map.IsMap && map.Find(GraphKeys.Service.Unit) is null && map.Find(GraphKeys.Service.Program) is null)
        {
            map.Missing(
                "does not say which unit or program it is.",
                "Write unit: for systemd, program: for supervisord, or command: for one that is managed by commands.",
                GraphKeys.Service.Unit,
                GraphKeys.Service.Program,
                GraphKeys.Service.Command
            );
        }

        return (unit ?? program ?? "", unit is null && program is not null ? ServiceManagerKind.Supervisor : ServiceManagerKind.Systemd);
    }

    private IReadOnlyList<(string? Instance, string Service)> Instances(MapReader map, string service)
    {
        if (InstanceSet.Expand(service) is { } found)
        {
            return found;
        }

        var key = map.KeyOf(GraphKeys.Service.Unit) is null ? GraphKeys.Service.Program : GraphKeys.Service.Unit;
        findings.Add(
            "BadValue",
            map.Find(key) ?? map.At,
            $"'{key}' of {map.What} has a set of instances that can't be read: '{service}'.",
            $"Write one set, such as celery@{{critical,general}} or worker@{{1..4}}, of at most {InstanceSet.Limit}.",
            key
        );
        return [(null, service)];
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
