using OpsRestart.Core.Text;

namespace OpsRestart.Core.Graph;

/// <summary>What can be wrong with a graph as a whole. Reports everything at once.</summary>
internal static class GraphValidator
{
    /// <summary>
    /// A name that was probably meant is looked for among all: thousands of wrong ones times thousands of nodes would take minutes.
    /// </summary>
    private const int MostSuggestions = 100;

    public static IReadOnlyList<GraphFinding> Validate(ServiceGraph graph)
    {
        var findings = new List<GraphFinding>();
        CheckNames(graph, findings);
        CheckReferences(graph, findings);
        CheckOrders(graph, findings);
        CheckQueues(graph, findings);
        return [.. findings.OrderBy(static f => f.Line).ThenByDescending(static f => f.Severity)];
    }

    private static void CheckNames(ServiceGraph graph, List<GraphFinding> findings)
    {
        if (graph.Nodes.Count == 0)
        {
            findings.Add(
                Error(
                    graph,
                    "EmptyGraph",
                    $"Graph '{graph.Name}' has no services.",
                    graph.Name,
                    0,
                    "Add at least one entry under 'services:'."
                )
            );
        }

        foreach (var same in graph.Nodes.GroupBy(static n => n.Name).Where(static g => g.Count() > 1))
        {
            var second = same.ElementAt(1);
            findings.Add(
                Error(
                    graph,
                    "DuplicateNode",
                    $"Two services are called '{same.Key}'.",
                    same.Key,
                    second.Line,
                    "Give one of them another name."
                )
            );
        }

        foreach (
            var same in graph
                .Nodes.GroupBy(static n => (Service: FullName(n), Manager: ManagerTarget.Of(n)))
                .Where(static g => g.Select(static n => n.Name).Distinct().Count() > 1)
        )
        {
            var second = same.ElementAt(1);
            findings.Add(
                Error(
                    graph,
                    "DuplicateUnit",
                    $"'{same.First().Name}' and '{second.Name}' are both {same.Key.Service}: one would stop what the other starts.",
                    second.Name,
                    second.Line,
                    "Keep one of them."
                )
            );
        }

        foreach (
            var node in graph.Nodes.Where(static n =>
                (n.Manager == ServiceManagerKind.Command && n.Commands is not { Start.Count: > 0, Stop.Count: > 0 })
                || (n.Manager != ServiceManagerKind.Command && n.Commands is not null)
            )
        )
        {
            findings.Add(
                Error(
                    graph,
                    "MissingCommand",
                    $"'{node.Name}' is managed by commands only with a 'start' and a 'stop', and by nothing else besides.",
                    node.Name,
                    node.Line,
                    "Give it both in 'command:', and no unit or program."
                )
            );
        }

        foreach (var node in graph.Nodes.Where(static n => string.IsNullOrWhiteSpace(n.Service)))
        {
            findings.Add(
                Error(
                    graph,
                    "MissingUnit",
                    $"'{node.Name}' names no unit or program.",
                    node.Name,
                    node.Line,
                    "Add 'unit:', 'program:' or 'command:'."
                )
            );
        }
    }

    /// <summary>systemd takes a name without a type for a service.</summary>
    private static string FullName(ServiceNode node) =>
        node.Manager == ServiceManagerKind.Systemd && !node.Service.EndsWith(".service", StringComparison.Ordinal)
            ? node.Service + ".service"
            : node.Service;

    private static void CheckReferences(ServiceGraph graph, List<GraphFinding> findings)
    {
        var names = graph.Nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
        var looked = 0;
        foreach (var node in graph.Nodes)
        {
            Check(node.Needs, "needs", node.Name, node.Line);
            Check(node.StartsAfter, "startsAfter", node.Name, node.Line);
            Check(node.StopsAfter, "stopsAfter", node.Name, node.Line);
        }

        foreach (var queue in graph.Queues)
        {
            Check(queue.FedBy, "fedBy", queue.Name, queue.Line);
            Check(queue.ConsumedBy, "consumedBy", queue.Name, queue.Line);
        }

        foreach (var hook in graph.Hooks)
        {
            Check(hook.Needs, "needs", hook.Name, hook.Line);
        }

        void Check(IReadOnlyList<string> references, string key, string owner, int line)
        {
            foreach (var reference in references.Where(r => !names.Contains(r)))
            {
                findings.Add(
                    Error(
                        graph,
                        "MissingNode",
                        $"'{owner}' {key} '{reference}', and no node of the graph is called that.",
                        owner,
                        line,
                        (looked++ < MostSuggestions ? NearestName.Advice(reference, names) : null)
                            ?? $"Nodes of the graph: {NearestName.Some(names)}."
                    )
                );
            }
        }
    }

    private static void CheckOrders(ServiceGraph graph, List<GraphFinding> findings)
    {
        foreach (var node in graph.Nodes.Where(static n => n.Needs.Contains(n.Name)))
        {
            findings.Add(Error(graph, "Cycle", $"'{node.Name}' needs itself.", node.Name, node.Line, "Remove it from its own 'needs'."));
        }

        if (graph.Nodes.GroupBy(static n => n.Name).Any(static g => g.Count() > 1))
        {
            return;
        }

        var order = new GraphOrder(graph);
        var start = CycleFinder.Find(order.StartAfter);
        foreach (var cycle in start)
        {
            Report(cycle, "start", "needs", cycle);
        }

        // The same knot of 'needs' shows in both orders; it is told once.
        var known = start.Select(Key).ToHashSet(StringComparer.Ordinal);
        var stop = CycleFinder
            .Find(order.StopAfterWithDrains(graph))
            .Select(static c => (IReadOnlyList<string>)[.. c.Where(GraphOrder.IsNode)]);
        foreach (var cycle in stop.Where(c => !known.Contains(Key(c))))
        {
            Report(cycle, "stop", "stops after", cycle);
        }

        static string Key(IReadOnlyList<string> cycle) => string.Join('\n', cycle.Order(StringComparer.Ordinal));

        void Report(IReadOnlyList<string> cycle, string which, string verb, IReadOnlyList<string> path) =>
            findings.Add(
                Error(
                    graph,
                    "Cycle",
                    $"No {which} order exists: {string.Join($" {verb} ", path)} {verb} {path[0]}.",
                    path[0],
                    graph.Nodes.First(n => n.Name == cycle[0]).Line,
                    "Remove one of these dependencies."
                )
            );
    }

    private static void CheckQueues(ServiceGraph graph, List<GraphFinding> findings)
    {
        foreach (var queue in graph.Queues)
        {
            if (queue.Drain != DrainLevel.None && queue.ConsumedBy.Count == 0)
            {
                findings.Add(
                    Error(
                        graph,
                        "QueueWithoutConsumer",
                        $"Queue '{queue.Name}' is to be drained, and no node consumes it.",
                        queue.Name,
                        queue.Line,
                        "Name the workers' services in 'consumedBy', or set 'drain: none'."
                    )
                );
            }

            foreach (var both in queue.FedBy.Intersect(queue.ConsumedBy))
            {
                findings.Add(
                    Warning(
                        graph,
                        "FeedsItself",
                        $"'{both}' both feeds and consumes queue '{queue.Name}'. It stops after the drain, as a consumer; the drain "
                            + "waits for what it queues itself.",
                        both,
                        queue.Line,
                        "Leave it out of 'fedBy'."
                    )
                );
            }
        }

        foreach (var same in graph.Queues.GroupBy(static q => q.Name).Where(static g => g.Count() > 1))
        {
            findings.Add(
                Error(
                    graph,
                    "DuplicateQueue",
                    $"Two queues are called '{same.Key}'.",
                    same.Key,
                    same.ElementAt(1).Line,
                    "Give one of them another name."
                )
            );
        }

        foreach (var (queue, client, broker) in BrokerNodes.ClientsWithoutNeed(graph))
        {
            findings.Add(
                Warning(
                    graph,
                    "ClientWithoutNeed",
                    $"'{client.Name}' works on queue '{queue.Name}', whose broker is '{broker.Name}', and does not need that: a restart "
                        + $"of '{broker.Name}' would leave it with a dead connection.",
                    client.Name,
                    client.Line,
                    $"Add '{broker.Name}' to the 'needs' of '{client.Name}'."
                )
            );
        }

        var covered = graph.Queues.SelectMany(static q => q.ConsumedBy).ToHashSet(StringComparer.Ordinal);
        foreach (var worker in graph.Nodes.Where(n => n.Role == "worker" && !covered.Contains(n.Name)))
        {
            findings.Add(
                Warning(
                    graph,
                    "WorkerWithoutDrain",
                    $"'{worker.Name}' is a worker, and no queue of the graph is consumed by it: its running tasks are not waited for.",
                    worker.Name,
                    worker.Line,
                    "Add a queue with 'consumedBy' naming it."
                )
            );
        }
    }

    private static GraphFinding Error(ServiceGraph graph, string code, string message, string target, int line, string advice) =>
        new()
        {
            Severity = FindingSeverity.Error,
            Code = code,
            Message = message,
            Target = target,
            File = graph.Path,
            Line = line,
            Advice = advice,
        };

    private static GraphFinding Warning(ServiceGraph graph, string code, string message, string target, int line, string advice) =>
        Error(graph, code, message, target, line, advice) with
        {
            Severity = FindingSeverity.Warning,
        };
}
