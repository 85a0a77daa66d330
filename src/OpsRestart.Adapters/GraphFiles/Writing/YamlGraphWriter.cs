namespace OpsRestart.Adapters.GraphFiles.Writing;

/// <summary>
/// The graph file. What has its default value is left out; a secret that was written out is ***, references to secrets stay.
/// </summary>
internal sealed class YamlGraphWriter(ProbeNames names)
{
    private readonly YamlTextWriter _yaml = new();

    public string Write(ServiceGraph graph)
    {
        _yaml.Map(() =>
        {
            _yaml.Text(GraphKeys.Root.Graph, graph.Name);
            _yaml.Text(GraphKeys.Root.User, graph.User);
            Children(GraphKeys.Root.Services, graph.Nodes, static n => n.Name, WriteNode);
            Children(GraphKeys.Root.Queues, graph.Queues, static q => q.Name, WriteQueue);
            Children(GraphKeys.Root.Hooks, graph.Hooks, static h => h.Name, WriteHook);
            WriteProbes(GraphKeys.Root.Validate, graph.Validate);
        });
        return _yaml.Finish();
    }

    private void Children<T>(string key, IReadOnlyList<T> items, Func<T, string> name, Action<T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        _yaml.Key(key);
        _yaml.Map(() =>
        {
            foreach (var item in items)
            {
                _yaml.Key(name(item));
                _yaml.Map(() => write(item));
            }
        });
    }

    private void WriteNode(ServiceNode node)
    {
        var defaults = new ServiceNode { Name = "", Service = "" };
        if (node.Commands is { } commands)
        {
            _yaml.Key(GraphKeys.Service.Command);
            _yaml.Map(() => WriteCommands(commands));
        }
        else
        {
            _yaml.Text(node.Manager == ServiceManagerKind.Supervisor ? GraphKeys.Service.Program : GraphKeys.Service.Unit, node.Service);
        }

        _yaml.Text(GraphKeys.Service.Scope, node.Scope == defaults.Scope ? null : Word(node.Scope));
        _yaml.Text(GraphKeys.Service.Host, node.HostName);
        _yaml.Text(GraphKeys.Service.Supervisor, node.Socket is { } socket ? SecretText.WithoutSecrets("supervisor", socket) : null);
        _yaml.Text(GraphKeys.Service.Role, node.Role);
        _yaml.Texts(GraphKeys.Service.Needs, node.Needs);
        _yaml.Texts(GraphKeys.Service.StartsAfter, node.StartsAfter);
        _yaml.Texts(GraphKeys.Service.StopsAfter, node.StopsAfter);
        WriteProbes(GraphKeys.Service.Ready, node.Ready);
        _yaml.Duration(GraphKeys.Service.StableFor, node.StableFor, unlessIt: defaults.StableFor);
        _yaml.Duration(GraphKeys.Service.StartTimeout, node.StartTimeout, unlessIt: defaults.StartTimeout);
        _yaml.Duration(GraphKeys.Service.StopTimeout, node.StopTimeout, unlessIt: null);
        _yaml.Texts(GraphKeys.Service.Check, [.. node.Check.Select(SecretText.RedactArgument)]);
        _yaml.Duration(GraphKeys.Service.CheckTimeout, node.CheckTimeout, unlessIt: defaults.CheckTimeout);
        _yaml.Texts(GraphKeys.Service.Config, node.Config);
        if (node.Protected)
        {
            _yaml.Key(GraphKeys.Service.Protected);
            _yaml.Value(true);
        }
    }

    private void WriteCommands(ServiceCommands commands)
    {
        foreach (
            var (key, words) in new (string Key, IReadOnlyList<string> Words)[]
            {
                (GraphKeys.Commands.Start, commands.Start),
                (GraphKeys.Commands.Stop, commands.Stop),
                (GraphKeys.Commands.Status, commands.Status),
                (GraphKeys.Commands.Restart, commands.Restart),
            }
        )
        {
            _yaml.Texts(key, [.. words.Select(SecretText.RedactArgument)]);
        }

        _yaml.Text(GraphKeys.Commands.User, commands.User);
        WriteEnvironment(GraphKeys.Commands.Environment, commands.Environment);
        _yaml.Text(GraphKeys.Commands.WorkingDirectory, commands.WorkingDirectory);
        _yaml.Duration(GraphKeys.Commands.Timeout, commands.Timeout, unlessIt: null);
    }

    private void WriteEnvironment(string key, IReadOnlyDictionary<string, string> variables)
    {
        if (variables.Count > 0)
        {
            _yaml.Key(key);
            _yaml.Value(variables.ToDictionary(static e => e.Key, static e => SecretText.RedactSetting(e.Key, e.Value)));
        }
    }

    private void WriteQueue(GraphQueue queue)
    {
        var defaults = new GraphQueue
        {
            Name = "",
            System = "",
            Broker = "",
        };
        _yaml.Text(queue.System, SecretText.WithoutSecrets(queue.System, queue.Broker));
        _yaml.Texts(GraphKeys.Queue.Queues, queue.Queues);
        _yaml.Texts(GraphKeys.Queue.Workers, queue.Workers);
        _yaml.Texts(GraphKeys.Queue.FedBy, queue.FedBy);
        _yaml.Texts(GraphKeys.Queue.ConsumedBy, queue.ConsumedBy);
        _yaml.Text(GraphKeys.Queue.Drain, queue.Drain == defaults.Drain ? null : Word(queue.Drain));
        _yaml.Duration(GraphKeys.Queue.Timeout, queue.Timeout, unlessIt: defaults.Timeout);
        _yaml.Text(GraphKeys.Queue.OnTimeout, queue.OnTimeout == defaults.OnTimeout ? null : Word(queue.OnTimeout));
        WriteSettings(queue.Settings);
    }

    private void WriteHook(GraphHook hook)
    {
        _yaml.Texts(GraphKeys.Hook.Command, [.. hook.Command.Select(SecretText.RedactArgument)]);
        _yaml.Text(GraphKeys.Hook.WorkingDirectory, hook.WorkingDirectory);
        _yaml.Text(GraphKeys.Hook.User, hook.User);
        WriteEnvironment(GraphKeys.Hook.Environment, hook.Environment);
        _yaml.Text(GraphKeys.Hook.When, hook.When == HookPhase.DatastoresReady ? null : Word(hook.When));
        _yaml.Texts(GraphKeys.Hook.Needs, hook.Needs);
        _yaml.Duration(GraphKeys.Hook.Timeout, hook.Timeout, unlessIt: new GraphHook { Name = "" }.Timeout);
    }

    private void WriteProbes(string key, IReadOnlyList<ProbeDefinition> probes)
    {
        if (probes.Count == 0)
        {
            return;
        }

        _yaml.Key(key);
        if (probes is [var only])
        {
            WriteProbe(only);
        }
        else
        {
            _yaml.List(probes, WriteProbe);
        }
    }

    private void WriteProbe(ProbeDefinition probe)
    {
        var defaults = new ProbeDefinition { Kind = probe.Kind, Target = probe.Target };
        var isPlain =
            (probe.Within, probe.Every, probe.Successes, probe.Timeout)
            == (defaults.Within, defaults.Every, defaults.Successes, defaults.Timeout);
        if (isPlain && probe.Settings.Count == 0 && names.KindOf(probe.Target) == probe.Kind)
        {
            _yaml.Text(SecretText.WithoutSecrets(probe.Kind, probe.Target));
            return;
        }

        _yaml.Map(() =>
        {
            _yaml.Text(probe.Kind, SecretText.WithoutSecrets(probe.Kind, probe.Target));
            _yaml.Duration(GraphKeys.Probe.Within, probe.Within, defaults.Within);
            _yaml.Duration(GraphKeys.Probe.Every, probe.Every, defaults.Every);
            if (probe.Successes != defaults.Successes)
            {
                _yaml.Key(GraphKeys.Probe.Successes);
                _yaml.Value(probe.Successes);
            }

            _yaml.Duration(GraphKeys.Probe.Timeout, probe.Timeout, defaults.Timeout);
            WriteSettings(probe.Settings);
        });
    }

    private void WriteSettings(IReadOnlyDictionary<string, object?> settings)
    {
        foreach (var (key, value) in settings)
        {
            _yaml.Key(key);
            _yaml.Value(Shown(key, value));
        }
    }

    private static object? Shown(string key, object? value) =>
        value switch
        {
            string text => SecretText.RedactSetting(key, text),
            System.Collections.IDictionary map => map.Keys.Cast<object>().ToDictionary(static k => $"{k}", k => Shown($"{k}", map[k])),
            System.Collections.IEnumerable values => values
                .Cast<object?>()
                .Select(v => v is string text ? SecretText.RedactArgument(text) : Shown(key, v))
                .ToList(),
            _ => value,
        };

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
