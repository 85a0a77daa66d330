namespace OpsRestart.Core.Graph;

/// <summary>
/// Which node is the broker of a queue, as its probes show: what works on that queue is a client of it, and a restart of it has to take it
/// along.
/// </summary>
internal static class BrokerNodes
{
    /// <summary>Nodes that feed or consume a queue and do not need the node that is its broker, each with that one.</summary>
    public static IEnumerable<(GraphQueue Queue, ServiceNode Client, ServiceNode Broker)> ClientsWithoutNeed(ServiceGraph graph)
    {
        var byName = graph.Nodes.DistinctBy(static n => n.Name).ToDictionary(static n => n.Name, StringComparer.Ordinal);
        foreach (var queue in graph.Queues)
        {
            var place = Place(queue.Broker);
            var broker = graph.Nodes.FirstOrDefault(n => place is not null && n.Ready.Any(p => Place(p.Target) == place));
            if (broker is null)
            {
                continue;
            }

            foreach (var name in queue.ConsumedBy.Union(queue.FedBy).Where(n => n != broker.Name && byName.ContainsKey(n)))
            {
                if (!Needs(byName, name, broker.Name))
                {
                    yield return (queue, byName[name], broker);
                }
            }
        }
    }

    private static bool Needs(Dictionary<string, ServiceNode> nodes, string name, string wanted)
    {
        var seen = new HashSet<string>([name], StringComparer.Ordinal);
        var pending = new Stack<string>(seen);
        while (pending.TryPop(out var next))
        {
            foreach (var need in nodes.GetValueOrDefault(next)?.Needs.Where(seen.Add) ?? [])
            {
                pending.Push(need);
            }
        }

        return seen.Contains(wanted);
    }

    /// <summary>Host and port; an address that is not written out stands for itself. Null: it names no place.</summary>
    private static string? Place(string address)
    {
        if (address.Contains("${", StringComparison.Ordinal))
        {
            return address;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return null;
        }

        var port = uri.Port > 0 ? uri.Port : DefaultPort(uri.Scheme);
        return port is null ? null : FormattableString.Invariant($"{(uri.IsLoopback ? "localhost" : uri.Host)}:{port}");
    }

    private static int? DefaultPort(string scheme) =>
        scheme switch
        {
            "redis" or "rediss" => 6379,
            "amqp" or "pyamqp" => 5672,
            "amqps" or "pyamqps" => 5671,
            _ => null,
        };
}
