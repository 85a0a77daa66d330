using OpsRestart.Core.Graph;
using OpsRestart.Core.Text;

namespace OpsRestart.Core.Planning;

/// <summary>
/// Builds the steps of one operation. See DESIGN: intake off, drain, stop, hook, start behind probes, settle, resume, validate.
/// </summary>
internal sealed class StepBuilder
{
    /// <summary>In the modes that do not wait for tasks, how long a consumer has between TERM and KILL.</summary>
    private static readonly TimeSpan ForcedKill = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Where more steps than this wait for more steps than this, one step stands between them: the sum of both in edges, and not their
    /// product.
    /// </summary>
    private const int Wide = 16;

    private readonly ServiceGraph _graph;
    private readonly GraphOperation _operation;
    private readonly PlanOptions _options;
    private readonly IReadOnlyList<ServiceNode> _nodes;
    private readonly HashSet<string> _chosen;
    private readonly Dictionary<string, ServiceNode> _byName = new(StringComparer.Ordinal);
    private readonly GraphOrder _order;
    private readonly IReadOnlyList<GraphQueue> _queues;
    private readonly ILookup<string, GraphQueue> _consumes;
    private readonly ILookup<string, GraphQueue> _feeds;
    private readonly HashSet<string> _consumers;
    private readonly HashSet<string> _oneByOne;
    private readonly IReadOnlyList<GraphHook> _hooks;
    private readonly HashSet<string> _inOneGo;
    private readonly List<PlanStep> _steps = [];
    private readonly HashSet<string> _barriers = new(StringComparer.Ordinal);

    /// <param name="graph">The graph as the operation carries it out.</param>
    /// <param name="operation">What is done.</param>
    /// <param name="options">How.</param>
    /// <param name="nodes">What it is done to.</param>
    public StepBuilder(ServiceGraph graph, GraphOperation operation, PlanOptions options, IReadOnlyList<ServiceNode> nodes)
    {
        _graph = graph;
        _operation = operation;
        _options = options;
        _nodes = nodes;
        _chosen = nodes.Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            _byName.TryAdd(node.Name, node);
        }

        _order = new GraphOrder(graph);
        _queues = [.. graph.Queues.Where(static q => q.Drain != DrainLevel.None || IsSuspended(q))];
        _consumes = _queues
            .SelectMany(static q => q.ConsumedBy.Select(n => (Node: n, Queue: q)))
            .ToLookup(static c => c.Node, static c => c.Queue, StringComparer.Ordinal);
        _feeds = _queues
            .SelectMany(static q => q.FedBy.Except(q.ConsumedBy).Select(n => (Node: n, Queue: q)))
            .ToLookup(static f => f.Node, static f => f.Queue, StringComparer.Ordinal);
        _consumers = graph.Queues.SelectMany(static q => q.ConsumedBy).ToHashSet(StringComparer.Ordinal);
        _oneByOne = [.. _queues.Where(ComesBackOneByOne).Select(static q => q.Name)];
        _hooks = [.. graph.Hooks.Where(static h => h.When == HookPhase.DatastoresReady)];
        _inOneGo = operation == GraphOperation.Restart ? InOneGo() : [];
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
                Add(
                    StepId.Suspend(queue.Name),
                    StepKind.SuspendQueue,
                    queue.Name,
                    null,
                    [],
                    null,
                    $"Suspend the workers of {Whose(queue)}"
                );
                after = [StepId.Suspend(queue.Name)];
            }

            if (queue.Drain != DrainLevel.None)
            {
                Add(
                    StepId.Drain(queue.Name),
                    StepKind.DrainQueue,
                    queue.Name,
                    null,
                    after,
                    queue.Timeout,
                    $"Wait until {Describe(queue)}; on timeout {queue.OnTimeout.ToString().ToLowerInvariant()}"
                );
            }

            if (queue.SuspendBeforeStop)
            {
                Add(
                    StepId.Suspend(queue.Name),
                    StepKind.SuspendQueue,
                    queue.Name,
                    null,
                    queue.Drain == DrainLevel.None ? [] : [StepId.Drain(queue.Name)],
                    null,
                    $"Suspend the workers of {Whose(queue)} before they stop, those that answer at once"
                );
            }
        }
    }

    private void AddStops()
    {
        var resumedBefore = _operation == GraphOperation.Stop ? ResumedBeforeStops() : null;
        foreach (var node in _nodes.Where(n => !_inOneGo.Contains(n.Name)))
        {
            IReadOnlyList<string> after =
            [
                .. StopsBefore(node.Name),
                .. _consumes[node.Name].Concat(_feeds[node.Name].Where(StaysUpForTheDrain)).Select(QuietId),
                .. resumedBefore?[node.Name].Select(static q => StepId.Resume(q)) ?? [],
            ];
            if (_consumes[node.Name].Any(q => _oneByOne.Contains(q.Name)))
            {
                Add(
                    StepId.Signal(node.Name),
                    StepKind.Signal,
                    node.Name,
                    node.Service,
                    after,
                    null,
                    $"Tell {node.Service} to stop when it has finished what it runs"
                );
                after = [StepId.Signal(node.Name)];
            }

            Add(StepId.Stop(node.Name), StepKind.Stop, node.Name, node.Service, after, StopTimeout(node), $"Stop {node.Service}");
        }
    }

    private IEnumerable<string> StopsBefore(string node) => GraphOrder.Before(_order.StopAfter, node, _chosen).Select(StepId.Stop);

    /// <summary>
    /// Nodes whose own command restarts them, and between whose stop and start nothing has to happen: nothing stops after them, no hook
    /// runs, no queue of theirs is drained or suspended.
    /// </summary>
    private HashSet<string> InOneGo()
    {
        var able = _nodes.Where(static n => n.Commands?.Restart.Count > 0).Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
        if (_graph.Hooks.Any(static h => h.When is HookPhase.Stopped or HookPhase.DatastoresReady) || able.Count == 0)
        {
            return [];
        }

        able.ExceptWith(_queues.SelectMany(static q => q.ConsumedBy.Concat(q.FedBy)));
        able.ExceptWith(_nodes.SelectMany(n => GraphOrder.Before(_order.StopAfter, n.Name, _chosen)));
        return able;
    }

    /// <summary>A switch that is meant for workers is never the end of a datastore.</summary>
    private TimeSpan? StopTimeout(ServiceNode node) =>
        node.Role == NodePart.Datastore ? node.StopTimeout : _options.StopTimeout ?? (IsCutShort(node) ? ForcedKill : node.StopTimeout);

    private bool IsCutShort(ServiceNode node) =>
        _options.DrainMode is DrainMode.SuspendOnly or DrainMode.None && _consumers.Contains(node.Name);

    /// <summary>
    /// The producers of a suspended queue can stay up while its last tasks run. In the mode signal they come and go as they like.
    /// </summary>
    private bool StaysUpForTheDrain(GraphQueue queue) => queue.Suspend && _options.DrainMode != DrainMode.Signal;

    /// <summary>
    /// Each worker starts as soon as its own old process is gone, beside others that still finish what they run. So all of them are told to
    /// stop before the first one starts: a suspension that hinders the start can end then, since who is told to stop takes nothing more.
    /// </summary>
    private bool ComesBackOneByOne(GraphQueue queue) =>
        _options.DrainMode == DrainMode.Signal && _operation == GraphOperation.Restart && queue.ConsumedBy.Count(_chosen.Contains) > 1;

    /// <summary>
    /// In a stop the suspension ends when the consumers have stopped, and before what they need stops: its broker may be among that.
    /// </summary>
    private ILookup<string, string> ResumedBeforeStops()
    {
        var stopsBefore = new Lazy<IReadOnlyDictionary<string, List<string>>>(() => GraphOrder.Reverse(_order.StopAfter));
        var pairs = new List<(string Node, string Queue)>();
        foreach (var queue in _queues.Where(IsSuspended))
        {
            var consumers = queue.ConsumedBy.Where(_chosen.Contains).ToList();
            var earlier = GraphOrder.Closure(consumers, _order.StopAfter);
            pairs.AddRange(GraphOrder.Closure(consumers, stopsBefore.Value).Where(n => !earlier.Contains(n)).Select(n => (n, queue.Name)));
        }

        return pairs.ToLookup(static p => p.Node, static p => p.Queue, StringComparer.Ordinal);
    }

    private static bool IsSuspended(GraphQueue queue) => queue.Suspend || queue.SuspendBeforeStop;

    private static string QuietId(GraphQueue queue) =>
        queue.Drain == DrainLevel.None || queue.SuspendBeforeStop ? StepId.Suspend(queue.Name) : StepId.Drain(queue.Name);

    private void AddHooks()
    {
        foreach (var hook in _hooks)
        {
            var after = _nodes.Select(static n => StepId.Stop(n.Name)).Concat(HookNeeds(hook).Select(ReadyId));
            _steps.Add(HookPhases.Step(hook, [.. after]));
        }
    }

    private void AddStarts()
    {
        // What a hook needs starts before it, and so does what that needs; everything else after it.
        var beforeHooks = BeforeHooks();
        foreach (var node in _nodes)
        {
            var after = GraphOrder.Before(_order.StartAfter, node.Name, _chosen).Select(ReadyId).ToList();
            if (_operation == GraphOperation.Restart)
            {
                after.AddRange(_inOneGo.Contains(node.Name) ? StopsBefore(node.Name) : [StepId.Stop(node.Name)]);
                after.AddRange(_feeds[node.Name].Where(static q => !q.Suspend && q.Drain != DrainLevel.None).SelectMany(ConsumersStopped));
                after.AddRange(
                    _consumes[node.Name]
                        .Where(IsSuspended)
                        .SelectMany(q => _oneByOne.Contains(q.Name) ? ConsumersSignalled(q) : [StepId.Resume(q.Name)])
                );
            }

            if (!beforeHooks.Contains(node.Name))
            {
                after.AddRange(_hooks.Select(static h => StepId.Hook(h.Name)));
            }

            var inOneGo = _inOneGo.Contains(node.Name);
            Add(
                StepId.Start(node.Name),
                inOneGo ? StepKind.Restart : StepKind.Start,
                node.Name,
                node.Service,
                [.. after.Distinct()],
                node.StartTimeout,
                inOneGo ? $"Restart {node.Service} in one go" : $"Start {node.Service}"
            );
            if (node.Ready.Count > 0)
            {
                Add(
                    StepId.Ready(node.Name),
                    StepKind.WaitReady,
                    node.Name,
                    node.Service,
                    [StepId.Start(node.Name)],
                    node.Ready.Max(static p => p.Within),
                    $"Wait until {string.Join(" and ", node.Ready)} {(node.Ready.Count == 1 ? "is" : "are")} healthy"
                );
            }

            if (node.StableFor is { } stable && stable > TimeSpan.Zero)
            {
                Add(
                    StepId.Settle(node.Name),
                    StepKind.Settle,
                    node.Name,
                    node.Service,
                    [ReadyId(node.Name)],
                    null,
                    $"{node.Service} stays up for {Duration.Format(stable)}"
                );
            }
        }
    }

    /// <summary>A producer that came back early would feed a drained queue whose workers are still to stop.</summary>
    private IEnumerable<string> ConsumersStopped(GraphQueue queue) =>
        Between("stopped:" + queue.Name, queue, StepId.Stop, queue.FedBy.Count, "All workers have stopped");

    private IEnumerable<string> ConsumersSignalled(GraphQueue queue) =>
        Between("signalled:" + queue.Name, queue, StepId.Signal, queue.ConsumedBy.Count, "All workers are told to stop");

    /// <summary>These steps of a queue's consumers; or, where many others wait for many, the one step that stands for them.</summary>
    private IEnumerable<string> Between(string id, GraphQueue queue, Func<string, string> step, int followers, string description)
    {
        if (queue.ConsumedBy.Count <= Wide || followers <= Wide)
        {
            return queue.ConsumedBy.Where(_chosen.Contains).Select(step);
        }

        if (_barriers.Add(id))
        {
            Add(id, StepKind.Barrier, queue.Name, null, [.. queue.ConsumedBy.Where(_chosen.Contains).Select(step)], null, description);
        }

        return [id];
    }

    /// <summary>
    /// A suspension ends when the workers that it was for have stopped and their broker is ready: held any longer it would hinder the new
    /// ones. 'rq worker' does not start at all while RQ is suspended, and Celery's would lose their queues again.
    /// </summary>
    private void AddResumes()
    {
        var waiting = new Lazy<HashSet<string>>(WaitingForConsumers);
        foreach (var queue in _queues.Where(IsSuspended))
        {
            var consumers = queue.ConsumedBy.Where(_chosen.Contains).ToList();
            var after = consumers.Select(StepId.Stop);
            if (_operation == GraphOperation.Restart)
            {
                var brokers = consumers
                    .SelectMany(c => GraphOrder.Before(_order.StartAfter, c, _chosen))
                    .Where(n => !waiting.Value.Contains(n))
                    .Select(ReadyId);
                after = after
                    .Concat(brokers)
                    .Concat(BeforeHooks().Overlaps(consumers) ? [] : _hooks.Select(static h => StepId.Hook(h.Name)));
            }

            Add(
                StepId.Resume(queue.Name),
                StepKind.ResumeQueue,
                queue.Name,
                null,
                [.. after.Distinct()],
                null,
                $"Resume the workers of {queue}"
            );
        }
    }

    /// <summary>The consumers of suspended queues, and all that starts after one of them.</summary>
    private HashSet<string> WaitingForConsumers() =>
        GraphOrder.Closure(
            _queues.Where(IsSuspended).SelectMany(static q => q.ConsumedBy).Where(_chosen.Contains),
            GraphOrder.Reverse(_order.StartAfter)
        );

    private HashSet<string> BeforeHooks() => _hooks.Count == 0 ? [] : GraphOrder.Closure(_hooks.SelectMany(HookNeeds), _order.StartAfter);

    private void AddValidation()
    {
        var followed = _steps.SelectMany(static s => s.After).ToHashSet(StringComparer.Ordinal);
        Add(
            StepId.Validate,
            StepKind.Validate,
            "",
            null,
            [.. _steps.Select(static s => s.Id).Where(id => !followed.Contains(id))],
            null,
            "Check all probes of the graph, and the journals for errors"
        );
    }

    private IEnumerable<string> HookNeeds(GraphHook hook) =>
        (hook.Needs.Count > 0 ? hook.Needs : _graph.Nodes.Where(static n => n.Role == NodePart.Datastore).Select(static n => n.Name)).Where(
            _chosen.Contains
        );

    private string ReadyId(string node) => _byName[node].Ready.Count > 0 ? StepId.Ready(node) : StepId.Start(node);

    /// <summary>
    /// The nodes whose workers alone are suspended and waited for: others of the queue, which the run does not stop, go on. Empty: all.
    /// </summary>
    private IReadOnlyList<string> Part(GraphQueue queue) =>
        queue.System == "celery" && queue.Drain <= DrainLevel.Executing && !queue.ConsumedBy.All(_chosen.Contains)
            ? [.. queue.ConsumedBy.Where(_chosen.Contains)]
            : [];

    private string Whose(GraphQueue queue) => Part(queue) is { Count: > 0 } part ? $"{NearestName.Some(part)} at {queue}" : $"{queue}";

    private string Describe(GraphQueue queue) =>
        (queue.Drain, Part(queue)) switch
        {
            (_, { Count: > 0 } part) => $"the workers of {NearestName.Some(part)} have no task",
            (DrainLevel.Executing, _) => "no task runs (the backlog waits)",
            (DrainLevel.Quiescent, _) => "no task runs, waits, or is scheduled",
            _ => "no task runs or waits",
        };

    private void Add(
        string id,
        StepKind kind,
        string target,
        string? service,
        IReadOnlyList<string> after,
        TimeSpan? timeout,
        string description
    ) =>
        _steps.Add(
            new PlanStep
            {
                Id = id,
                Kind = kind,
                Target = target,
                Service = service,
                After = after,
                Timeout = timeout,
                Description = description,
                Nodes = kind is StepKind.SuspendQueue or StepKind.DrainQueue ? Part(_queues.First(q => q.Name == target)) : [],
            }
        );
}
