using OpsRestart.Adapters.GraphFiles.Yaml;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>Reads one service of a graph; a set of instances gives several nodes, called <c>name@instance</c>.</summary>
internal sealed class NodeReader(FindingList findings, ProbeReader probes)
{
    public IReadOnlyList<ServiceNode> Read(YamlScalar key, MapReader map, MapReader defaults)
    {
        map.AllowOnly(GraphKeys.Service.All);
        var (service, manager) = ReadService(map);
        map.FillFrom(defaults);
        var node = ReadNode(key, map) with { Service = service, Manager = manager };
        return [.. Instances(map, service).Select(instance => Instance(node, instance.Instance, instance.Service))];
    }

    private ServiceNode ReadNode(YamlScalar key, MapReader map)
    {
        var defaults = new ServiceNode { Name = key.Text, Service = "", Line = key.Line };
        return defaults with
        {
            Scope = map.Choice<ServiceScope>(GraphKeys.Service.Scope) ?? defaults.Scope,
            HostName = map.Text(GraphKeys.Service.Host),
            Role = map.Text(GraphKeys.Service.Role),
            Needs = map.Texts(GraphKeys.Service.Needs),
            StartsAfter = map.Texts(GraphKeys.Service.StartsAfter),
            StopsAfter = map.Texts(GraphKeys.Service.StopsAfter),
            Ready = probes.Read(map.Find(GraphKeys.Service.Ready), map.What),
            StableFor = map.Duration(GraphKeys.Service.StableFor) ?? defaults.StableFor,
            StartTimeout = map.Duration(GraphKeys.Service.StartTimeout) ?? defaults.StartTimeout,
            StopTimeout = map.Duration(GraphKeys.Service.StopTimeout),
            Check = map.Command(GraphKeys.Service.Check),
            CheckTimeout = map.Duration(GraphKeys.Service.CheckTimeout) ?? defaults.CheckTimeout,
            Protected = map.Flag(GraphKeys.Service.Protected),
        };
    }

    private (string Service, ServiceManagerKind Manager) ReadService(MapReader map)
    {
        var unit = map.Text(GraphKeys.Service.Unit);
        var program = map.Text(GraphKeys.Service.Program);
        if (unit is not null && program is not null)
        {
            findings.Add("BadValue", map.KeyOf(GraphKeys.Service.Program)!, $"{Capital(map.What)} is both a unit and a program.", "Keep unit: for systemd, or program: for supervisord.", GraphKeys.Service.Program);
        }
        else if (map.IsMap && map.Find(GraphKeys.Service.Unit) is null && map.Find(GraphKeys.Service.Program) is null)
        {
            map.Missing("does not say which unit or program it is.", "Write unit: for systemd, or program: for supervisord.", GraphKeys.Service.Unit, GraphKeys.Service.Program);
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
        findings.Add("BadValue", map.Find(key) ?? map.At, $"'{key}' of {map.What} has a set of instances that can't be read: '{service}'.", $"Write one set, such as celery@{{critical,general}} or worker@{{1..4}}, of at most {InstanceSet.Limit}.", key);
        return [(null, service)];
    }

    private static ServiceNode Instance(ServiceNode node, string? instance, string service)
    {
        var name = instance is null ? node.Name : $"{node.Name}@{instance}";
        return node with
        {
            Name = name,
            Service = service,
            Check = [.. node.Check.Select(word => Fill(word, instance))],
            Ready = [.. node.Ready.Select(probe => probe with { Service = name, Target = Fill(probe.Target, instance), Settings = Fill(probe.Settings, instance) })],
        };
    }

    private static Dictionary<string, object?> Fill(IReadOnlyDictionary<string, object?> settings, string? instance)
        => settings.ToDictionary(static s => s.Key, s => FillValue(s.Value, instance), StringComparer.Ordinal);

    private static object? FillValue(object? value, string? instance) => value switch
    {
        string text => Fill(text, instance),
        string[] texts => texts.Select(text => Fill(text, instance)).ToArray(),
        object?[] values => values.Select(v => FillValue(v, instance)).ToArray(),
        IReadOnlyDictionary<string, object?> map => Fill(map, instance),
        _ => value,
    };

    private static string Fill(string text, string? instance)
        => instance is null ? text : text.Replace(InstanceSet.Placeholder, instance, StringComparison.Ordinal);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
