namespace OpsRestart.Adapters.GraphFiles.Writing;

/// <summary>The graph file. What has its default value is left out.</summary>
internal sealed class YamlGraphWriter
{
    private readonly YamlTextWriter yaml = new();

    public static string Write(ServiceGraph graph) => new YamlGraphWriter().WriteGraph(graph);

    private string WriteGraph(ServiceGraph graph)
    {
        yaml.Map(() =>
        {
            yaml.Text(GraphKeys.Root.Graph, graph.Name);
            Children(GraphKeys.Root.Services, graph.Nodes, static n => n.Name, WriteNode);
            Children(GraphKeys.Root.Queues, graph.Queues, static q => q.Name, WriteQueue);
            Children(GraphKeys.Root.Hooks, graph.Hooks, static h => h.Name, WriteHook);
            WriteProbes(GraphKeys.Root.Validate, graph.Validate);
        });
        return yaml.Finish();
    }

    private void Children<T>(string key, IReadOnlyList<T> items, Func<T, string> name, Action<T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        yaml.Key(key);
        yaml.Map(() =>
        {
            foreach (var item in items)
            {
                yaml.Key(name(item));
                yaml.Map(() => write(item));
            }
        });
    }

    private void WriteNode(ServiceNode node)
    {
        var defaults = new ServiceNode { Name = "", Service = "" };
        yaml.Text(node.Manager == ServiceManagerKind.Supervisor ? GraphKeys.Service.Program : GraphKeys.Service.Unit, node.Service);
        yaml.Text(GraphKeys.Service.Scope, node.Scope == defaults.Scope ? null : Word(node.Scope));
        yaml.Text(GraphKeys.Service.Host, node.HostName);
        yaml.Text(GraphKeys.Service.Role, node.Role);
        yaml.Texts(GraphKeys.Service.Needs, node.Needs);
        yaml.Texts(GraphKeys.Service.StartsAfter, node.StartsAfter);
        yaml.Texts(GraphKeys.Service.StopsAfter, node.StopsAfter);
        WriteProbes(GraphKeys.Service.Ready, node.Ready);
        yaml.Duration(GraphKeys.Service.StableFor, node.StableFor, unlessIt: defaults.StableFor);
        yaml.Duration(GraphKeys.Service.StartTimeout, node.StartTimeout, unlessIt: defaults.StartTimeout);
        yaml.Duration(GraphKeys.Service.StopTimeout, node.StopTimeout, unlessIt: null);
        yaml.Texts(GraphKeys.Service.Check, node.Check);
        if (node.Protected)
        {
            yaml.Key(GraphKeys.Service.Protected);
            yaml.Value(true);
        }
    }

    private void WriteQueue(GraphQueue queue)
    {
        var defaults = new GraphQueue { Name = "", System = "", Broker = "" };
        yaml.Text(queue.System, queue.Broker);
        yaml.Texts(GraphKeys.Queue.Queues, queue.Queues);
        yaml.Texts(GraphKeys.Queue.Workers, queue.Workers);
        yaml.Texts(GraphKeys.Queue.FedBy, queue.FedBy);
        yaml.Texts(GraphKeys.Queue.ConsumedBy, queue.ConsumedBy);
        yaml.Text(GraphKeys.Queue.Drain, queue.Drain == defaults.Drain ? null : Word(queue.Drain));
        yaml.Duration(GraphKeys.Queue.Timeout, queue.Timeout, unlessIt: defaults.Timeout);
        yaml.Text(GraphKeys.Queue.OnTimeout, queue.OnTimeout == defaults.OnTimeout ? null : Word(queue.OnTimeout));
        WriteSettings(queue.Settings);
    }

    private void WriteHook(GraphHook hook)
    {
        yaml.Texts(GraphKeys.Hook.Command, hook.Command);
        yaml.Text(GraphKeys.Hook.WorkingDirectory, hook.WorkingDirectory);
        yaml.Text(GraphKeys.Hook.User, hook.User);
        yaml.Texts(GraphKeys.Hook.Needs, hook.Needs);
        yaml.Duration(GraphKeys.Hook.Timeout, hook.Timeout, unlessIt: new GraphHook { Name = "" }.Timeout);
    }

    private void WriteProbes(string key, IReadOnlyList<ProbeDefinition> probes)
    {
        if (probes.Count == 0)
        {
            return;
        }

        yaml.Key(key);
        if (probes is [var only])
        {
            WriteProbe(only);
        }
        else
        {
            yaml.List(probes, WriteProbe);
        }
    }

    private void WriteProbe(ProbeDefinition probe)
    {
        var defaults = new ProbeDefinition { Kind = probe.Kind, Target = probe.Target };
        var isPlain = (probe.Within, probe.Every, probe.Successes, probe.Timeout) == (defaults.Within, defaults.Every, defaults.Successes, defaults.Timeout);
        if (isPlain && probe.Settings.Count == 0 && ProbeReader.KindOf(probe.Target) == probe.Kind)
        {
            yaml.Text(probe.Target);
            return;
        }

        yaml.Map(() =>
        {
            yaml.Text(probe.Kind, probe.Target);
            yaml.Duration(GraphKeys.Probe.Within, probe.Within, defaults.Within);
            yaml.Duration(GraphKeys.Probe.Every, probe.Every, defaults.Every);
            if (probe.Successes != defaults.Successes)
            {
                yaml.Key(GraphKeys.Probe.Successes);
                yaml.Value(probe.Successes);
            }

            yaml.Duration(GraphKeys.Probe.Timeout, probe.Timeout, defaults.Timeout);
            WriteSettings(probe.Settings);
        });
    }

    private void WriteSettings(IReadOnlyDictionary<string, object?> settings)
    {
        foreach (var (key, value) in settings)
        {
            yaml.Key(key);
            yaml.Value(value);
        }
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
