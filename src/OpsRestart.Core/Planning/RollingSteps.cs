using OpsRestart.Core.Text;

namespace OpsRestart.Core.Planning;

/// <summary>
/// The steps of a rolling restart: a batch of instances after the other. Only a batch's own workers are suspended and waited for, and the
/// next batch is begun when the one before is ready, has stayed up, and consumes again.
/// </summary>
internal sealed class RollingSteps(ServiceGraph graph, PlanOptions options, IReadOnlyList<ServiceNode> nodes)
{
    private static readonly TimeSpan StableByDefault = TimeSpan.FromSeconds(2);
    private readonly List<PlanStep> _steps = [];
    private IReadOnlyList<string> _gate = [];

    /// <exception cref="OpsRestartException">InvalidArgument: a datastore is named, a hook was given, or a batch would be all there is of
    /// its kind.</exception>
    public IReadOnlyList<PlanStep> Build()
    {
        foreach (var batch in Batches())
        {
            Add(batch);
        }

        if (!options.SkipValidation)
        {
            Add(StepId.Validate, StepKind.Validate, "", null, _gate, null, "Check all probes of the graph, and the journals for errors");
        }

        return _steps;
    }

    /// <summary>Instances of one kind: workers of the same queues, or instances of one template.</summary>
    private IEnumerable<IReadOnlyList<ServiceNode>> Batches()
    {
        var first = options.RollFirst.Index().ToDictionary(static p => p.Item, static p => p.Index, StringComparer.Ordinal);
        foreach (var kind in nodes.GroupBy(KindOf, StringComparer.Ordinal))
        {
            var members = kind.OrderBy(n => first.GetValueOrDefault(n.Name, int.MaxValue)).ToList();
            var all = graph.Nodes.Count(n => KindOf(n) == kind.Key);
            if (all > 1 && options.BatchSize >= all)
            {
                throw new OpsRestartException(
                    OpsError.InvalidArgument,
                    $"A batch of {options.BatchSize} would take {NearestName.Some([.. members.Select(static m => m.Name)])} down at once: "
                        + "nothing would work meanwhile.",
                    members[0].Name,
                    $"Take at most {all - 1} at a time."
                );
            }

            foreach (var batch in members.Chunk(options.BatchSize))
            {
                yield return batch;
            }
        }
    }

    private string KindOf(ServiceNode node)
    {
        var queues = graph.Queues.Where(q => q.ConsumedBy.Contains(node.Name)).Select(static q => q.Name).ToList();
        return queues.Count > 0 ? "q " + string.Join(' ', queues.Order(StringComparer.Ordinal)) : "n " + node.Name.Split('@')[0];
    }

    private void Add(IReadOnlyList<ServiceNode> batch)
    {
        var names = batch.Select(static n => n.Name).ToList();
        var label = string.Join('+', names);
        var queues = graph.Queues.Where(q => q.ConsumedBy.Any(names.Contains)).ToList();
        var quiet = new List<string>();
        foreach (var queue in queues)
        {
            var suspend = StepId.Suspend($"{queue.Name}/{label}");
            var own = names.Where(queue.ConsumedBy.Contains).ToList();
            if (queue.Suspend || queue.SuspendBeforeStop)
            {
                var what = queue.Suspend
                    ? $"Suspend the workers of {NearestName.Some(own)} at {queue}"
                    : $"Suspend {queue} for the moment in which {NearestName.Some(own)} is told to stop";
                Add(suspend, StepKind.SuspendQueue, queue.Name, null, _gate, null, what, own);
                quiet.Add(suspend);
            }

            if (queue.Drain != DrainLevel.None)
            {
                var drain = StepId.Drain($"{queue.Name}/{label}");
                var what =
                    $"Wait until the workers of {NearestName.Some(own)} have no task; on timeout "
                    + queue.OnTimeout.ToString().ToLowerInvariant();
                Add(drain, StepKind.DrainQueue, queue.Name, null, [suspend], queue.Timeout, what, own);
                quiet.Add(drain);
            }
        }

        IReadOnlyList<string> before = quiet.Count > 0 ? quiet : _gate;
        foreach (var node in batch)
        {
            Add(
                StepId.Signal(node.Name),
                StepKind.Signal,
                node.Name,
                node.Service,
                before,
                null,
                $"Tell {node.Service} to stop when it has finished what it runs"
            );
            Add(
                StepId.Stop(node.Name),
                StepKind.Stop,
                node.Name,
                node.Service,
                [StepId.Signal(node.Name)],
                StopTimeout(node),
                $"Stop {node.Service}"
            );
        }

        var resumed = Resumes(batch, queues, label);
        _gate = [.. batch.Select(node => AddStart(node, [StepId.Stop(node.Name), .. resumed]))];
    }

    /// <summary>
    /// Where the whole queue is suspended it is for a moment: until all of the batch are told to stop, and so take nothing more.
    /// </summary>
    private List<string> Resumes(IReadOnlyList<ServiceNode> batch, List<GraphQueue> queues, string label)
    {
        var resumed = new List<string>();
        foreach (var queue in queues.Where(static q => q.Suspend || q.SuspendBeforeStop))
        {
            var id = StepId.Resume($"{queue.Name}/{label}");
            var after = batch.Select(n => queue.Suspend ? StepId.Stop(n.Name) : StepId.Signal(n.Name)).ToList();
            Add(id, StepKind.ResumeQueue, queue.Name, null, after, null, $"Resume the workers of {queue}");
            resumed.Add(id);
        }

        return resumed;
    }

    private string AddStart(ServiceNode node, IReadOnlyList<string> after)
    {
        var last = StepId.Start(node.Name);
        Add(last, StepKind.Start, node.Name, node.Service, after, node.StartTimeout, $"Start {node.Service}");
        if (node.Ready.Count > 0)
        {
            var limit = node.Ready.Max(static p => p.Within);
            Then(StepId.Ready(node.Name), StepKind.WaitReady, limit, $"Wait until {string.Join(" and ", node.Ready)} is healthy");
        }

        if ((node.StableFor ?? (node.Ready.Count == 0 ? StableByDefault : TimeSpan.Zero)) is var stable && stable > TimeSpan.Zero)
        {
            Then(StepId.Settle(node.Name), StepKind.Settle, null, $"{node.Service} stays up for {Duration.Format(stable)}");
        }

        if (graph.Queues.Any(q => q.ConsumedBy.Contains(node.Name)))
        {
            Then(StepId.Consume(node.Name), StepKind.WaitConsuming, null, $"Wait until {node.Service} consumes again");
        }

        return last;

        void Then(string id, StepKind kind, TimeSpan? timeout, string description)
        {
            Add(id, kind, node.Name, node.Service, [last], timeout, description);
            last = id;
        }
    }

    private TimeSpan? StopTimeout(ServiceNode node) => options.StopTimeout ?? node.StopTimeout;

    private void Add(
        string id,
        StepKind kind,
        string target,
        string? service,
        IReadOnlyList<string> after,
        TimeSpan? timeout,
        string description,
        IReadOnlyList<string>? nodes = null
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
                Nodes = nodes ?? [],
            }
        );
}
