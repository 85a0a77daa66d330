using OpsRestart.Adapters.Settings;

namespace OpsRestart.Adapters.GraphFiles;

/// <summary>A node for one of the several services that a node of a graph stands for, called <c>name@instance</c>.</summary>
internal static class NodeInstance
{
    /// <param name="node">The node that stands for all.</param>
    /// <param name="instance">What replaces <c>{instance}</c> in its probes and its check; null: it is the only one.</param>
    /// <param name="service">The unit or program.</param>
    public static ServiceNode Of(ServiceNode node, string? instance, string service)
    {
        var name = instance is null ? node.Name : $"{node.Name}@{instance}";
        return node with
        {
            Name = name,
            Service = service,
            Check = [.. node.Check.Select(word => Fill(word, instance))],
            Config = [.. node.Config.Select(path => Fill(path, instance))],
            Ready =
            [
                .. node.Ready.Select(probe =>
                    probe with
                    {
                        Node = name,
                        Target = Fill(probe.Target, instance),
                        Settings = SettingMap.Replace(probe.Settings, text => Fill(text, instance)),
                    }
                ),
            ],
        };
    }

    private static string Fill(string text, string? instance) =>
        instance is null ? text : text.Replace(InstanceSet.Placeholder, instance, StringComparison.Ordinal);
}
