using OpsRestart.Core.Graph;

namespace OpsRestart.Core.Planning;

/// <summary>Builds the steps of one operation. See DESIGN: intake off, drain, stop, hook, start behind probes, settle, resume, validate.</summary>
internal sealed class StepBuilder
{
    /// <summary>In the modes that do not wait for tasks, how long a consumer has between TERM and KILL.</summary>
    private static readonly TimeSpan ForcedKill = TimeSpan.FromSeconds(30);

    private readonly ServiceGraph _graph;
    private readonly GraphOperation _operation;
    private readonly PlanOptions _options;
    private readonly IReadOnlyList<ServiceNode> _nodes;
    private readonly HashSet<string> _chosen;
    private readonly GraphOrder _order;
    private readonly IReadOnlyList<GraphQueue> _queues;
    private readonly IReadOnlyList<GraphHook> _hooks;
    private readonly List<PlanStep> _steps = [];

    public StepBuilder(ServiceGraph graph, ServiceGraph effective, GraphOperation operation, PlanOptions options, IReadOnlyList<ServiceNode> nodes)
    {
        _graph = effective;
        _operation = operation;
        _options = options;
        _nodes = nodes;
        _chosen = nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
        _order = new GraphOrder(graph);
        _queues = [.. effective.Queues.Where(static q => q.Drain != DrainLevel.None || q.Suspend)];
        _hooks = effective.Hooks;
    }

    public IReadOnlyList<PlanStep> Build()
    {
        if (_operation != GraphOperation.Start)
        {
            AddQueueSteps();
            AddStops();
        }

        if (_operation != GraphOperation.Stop)
        {
            AddHooks();
            AddStarts();
        }

        AddResumes();

        if (_operation != GraphOperation.Stop && !_options.SkipValidation)
        {
            AddValidation();
        }

        return _steps;
    }

    private void AddQueueSteps()
    {
        foreach (var queue in _queues)
        {
            var after = queue.FedBy.Except(queue.ConsumedBy).Where(_chosen.Contains).Select(StepId.Stop).ToList();
            if (queue.Suspend)
            {
                Add(StepId.Suspend(queue.Name), StepKind.SuspendQueue, queue.Name, null, [], null, $"Suspend the workers of {queue}");
                after = [StepId.Suspend(queue.Name)];
            }

            if (queue.Drain == DrainLevel.None)
            {
                continue;
            }

            Add(StepId.Drain(queue.Name), StepKind.DrainQueue, queue.Name, null, after, queue.Timeout, $"Wait until {Describe(queue.Drain)}; on timeout {queue.OnTimeout.ToString().ToLowerInvariant()}");
        }
    }

    private void AddStops()
    {
        foreach (var node in _nodes)
        {
            var after = GraphOrder.Before(_order.StopAfter, node.Name, _chosen).Select(StepId.Stop)
                .Concat(_queues.Where(q => StopsAfterQueue(q, node.Name)).Select(QuietId))
                .Concat(_queues.Where(q => StopsAfterResume(q, node.Name)).Select(static q => StepId.Resume(q.Name)));
            var timeout = _options.StopTimeout ?? (IsCutShort(node) ? ForcedKill : node.StopTimeout);
            Add(StepId.Stop(node.Name), StepKind.Stop, node.Name, node.Service, [.. after], timeout, $"Stop {node.Service}");
        }
    }

    /// <summary>Consumers stop when their queue is quiet. So do the producers of a suspended queue: they can stay up while its last tasks run.</summary>
    private static bool StopsAfterQueue(GraphQueue queue, string node)
        => queue.ConsumedBy.Contains(node) || (queue.Suspend && queue.FedBy.Contains(node));

    /// <summary>In a stop the suspension ends when the consumers have stopped, and before what they need: its broker may be among that.</summary>
    private bool StopsAfterResume(GraphQueue queue, string node)
        => _operation == GraphOperation.Stop && queue.Suspend && !queue.ConsumedBy.Contains(node)
            && Closure([node], _order.StopAfter).IsSupersetOf(queue.ConsumedBy.Where(_chosen.Contains));

    private static string QuietId(GraphQueue queue) => queue.Drain == DrainLevel.None ? StepId.Suspend(queue.Name) : StepId.Drain(queue.Name);

    private bool IsCutShort(ServiceNode node)
        => _options.Mode is DrainMode.SuspendOnly or DrainMode.None && _graph.Queues.Any(q => q.ConsumedBy.Contains(node.Name));

    private void AddHooks()
    {
        foreach (var hook in _hooks)
        {
            var after = _nodes.Select(static n => StepId.Stop(n.Name)).Concat(HookNeeds(hook).Select(ReadyId));
            var what = hook.Command.Count > 0 ? string.Join(' ', hook.Command.Select(SecretText.RedactArgument)) : "the script block";
            Add(StepId.Hook(hook.Name), StepKind.Hook, hook.Name, null, [.. after], hook.Timeout, $"Run {what}");
        }
    }

    private void AddStarts()
    {
        // What a hook needs starts before it, and so does what that needs; everything else after it.
        var beforeHooks = Closure(_hooks.SelectMany(HookNeeds), _order.StartAfter);
        foreach (var node in _nodes)
        {
            var after = GraphOrder.Before(_order.StartAfter, node.Name, _chosen).Select(ReadyId).ToList();
            if (_operation == GraphOperation.Restart)
            {
                after.Add(StepId.Stop(node.Name));

                // A producer that came back early would feed a queue whose workers are still to stop.
                after.AddRange(_queues.Where(q => q.FedBy.Contains(node.Name)).SelectMany(static q => q.ConsumedBy).Where(_chosen.Contains).Select(StepId.Stop));
                after.AddRange(_queues.Where(q => q.ConsumedBy.Contains(node.Name) && ResumesBeforeStart(q)).Select(static q => StepId.Resume(q.Name)));
            }

            if (!beforeHooks.Contains(node.Name))
            {
                after.AddRange(_hooks.Select(static h => StepId.Hook(h.Name)));
            }

            Add(StepId.Start(node.Name), StepKind.Start, node.Name, node.Service, [.. after.Distinct()], node.StartTimeout, $"Start {node.Service}");
            if (node.Ready.Count > 0)
            {
                Add(StepId.Ready(node.Name), StepKind.WaitReady, node.Name, node.Service, [StepId.Start(node.Name)], node.Ready.Max(static p => p.Within),
                    $"Wait until {string.Join(" and ", node.Ready)} {(node.Ready.Count == 1 ? "is" : "are")} healthy");
            }

            if (node.StableFor is { } stable && stable > TimeSpan.Zero)
            {
                Add(StepId.Settle(node.Name), StepKind.Settle, node.Name, node.Service, [ReadyId(node.Name)], null, $"{node.Service} stays up for {Duration.Format(stable)}");
            }
        }
    }

    private void AddResumes()
    {
        foreach (var queue in _queues.Where(static q => q.Suspend))
        {
            var consumers = queue.ConsumedBy.Where(_chosen.Contains).ToList();
            var after = _operation == GraphOperation.Stop ? consumers.Select(StepId.Stop)
                : ResumesBeforeStart(queue) ? consumers.Select(StepId.Stop).Concat(_hooks.Select(static h => StepId.Hook(h.Name))).Concat(NeedsOf(consumers).Select(ReadyId))
                : consumers.Select(ReadyId);
            Add(StepId.Resume(queue.Name), StepKind.ResumeQueue, queue.Name, null, [.. after.Distinct()], null, $"Resume the workers of {queue}");
        }
    }

    /// <summary>
    /// Celery's suspension is the memory of the worker processes, which end with their stop. A suspension held any longer would only take the queues
    /// from the new ones, which then lose them again at their next reconnection to the broker (celery#7733).
    /// </summary>
    private bool ResumesBeforeStart(GraphQueue queue)
        => _operation == GraphOperation.Restart && queue.Suspend && queue.System == "celery"
            && !Closure(_hooks.SelectMany(HookNeeds), _order.StartAfter).Overlaps(queue.ConsumedBy);

    /// <summary>What must be ready before these start, the broker among it; nothing that itself waits for one of them.</summary>
    private IEnumerable<string> NeedsOf(List<string> consumers)
        => consumers.SelectMany(c => GraphOrder.Before(_order.StartAfter, c, _chosen)).Where(n => !Closure([n], _order.StartAfter).Overlaps(consumers));

    private void AddValidation()
    {
        var followed = _steps.SelectMany(static s => s.After).ToHashSet(StringComparer.Ordinal);
        Add(StepId.Validate, StepKind.Validate, "", null, [.. _steps.Select(static s => s.Id).Where(id => !followed.Contains(id))], null, "Check all probes of the graph, and the journals for errors");
    }

    private IEnumerable<string> HookNeeds(GraphHook hook)
        => (hook.Needs.Count > 0 ? hook.Needs : _graph.Nodes.Where(static n => n.Role == "datastore").Select(static n => n.Name)).Where(_chosen.Contains);

    /// <summary>These, and all that they come after.</summary>
    private static HashSet<string> Closure(IEnumerable<string> names, IReadOnlyDictionary<string, List<string>> order)
    {
        var closure = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(names);
        while (pending.TryDequeue(out var name))
        {
            if (closure.Add(name))
            {
                foreach (var next in order[name])
                {
                    pending.Enqueue(next);
                }
            }
        }

        return closure;
    }

    private string ReadyId(string node) => _graph.Nodes.First(n => n.Name == node).Ready.Count > 0 ? StepId.Ready(node) : StepId.Start(node);

    private static string Describe(DrainLevel level) => level switch
    {
        DrainLevel.Executing => "no task runs (the backlog waits)",
        DrainLevel.Quiescent => "no task runs, waits, or is scheduled",
        _ => "no task runs or waits",
    };

    private void Add(string id, StepKind kind, string target, string? service, IReadOnlyList<string> after, TimeSpan? timeout, string description)
        => _steps.Add(new PlanStep { Id = id, Kind = kind, Target = target, Service = service, After = after, Timeout = timeout, Description = description });
}
