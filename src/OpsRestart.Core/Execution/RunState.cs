using System.Collections.Concurrent;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Runs;

namespace OpsRestart.Core.Execution;

/// <summary>What the steps of one run share.</summary>
internal sealed class RunState(ServiceGraphPlan plan, RunOptions options, RunPorts ports, RunJournal journal)
{
    private readonly Dictionary<string, ServiceNode> _nodes = plan.Definition.Nodes.ToDictionary(
        static n => n.Name,
        StringComparer.Ordinal
    );

    public ServiceGraphPlan Plan => plan;

    public RunOptions Options => options;

    public RunPorts Ports => ports;

    public TimeProvider Time => ports.Time;

    public RunJournal Journal => journal;

    /// <summary>The services as the run found them.</summary>
    public ServiceLooks Services { get; } = new(ports.Services);

    public DateTime StartedAt { get; } = ports.Time.GetUtcNow().UtcDateTime;

    public IReadOnlyDictionary<string, PriorState> Prior { get; set; } = new Dictionary<string, PriorState>();

    /// <summary>Per node: the journal's cursor from just before its start, and when that was.</summary>
    public ConcurrentDictionary<string, ProbeContext> Started { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that are up by this run's start step, as it left them.</summary>
    public ConcurrentDictionary<string, StartedService> Up { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that were found to run and not to consume their queue, each with the queue.</summary>
    public ConcurrentDictionary<string, string> NotConsuming { get; } = new(StringComparer.Ordinal);

    /// <summary>Queues that were suspended already, by someone else; they stay suspended.</summary>
    public ConcurrentDictionary<string, bool> ForeignSuspensions { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that this run stopped, or began to.</summary>
    public ConcurrentDictionary<string, bool> Stopped { get; } = new(StringComparer.Ordinal);

    /// <summary>Stops that a signal step began and no stop step has taken up yet.</summary>
    public ConcurrentDictionary<string, BegunStop> Begun { get; } = new(StringComparer.Ordinal);

    /// <summary>Suspensions that this run holds, by queue.</summary>
    public ConcurrentDictionary<string, HeldLease> Leases { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, DrainResult> Drains { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that had to be killed, with the tasks that were seen to run in each just before its stop.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<WorkerTask>> Killed { get; } = new(StringComparer.Ordinal);

    /// <summary>Emergency: the processes of each datastore, by node.</summary>
    public ConcurrentDictionary<string, IReadOnlySet<int>> Datastores { get; } = new(StringComparer.Ordinal);

    /// <summary>Emergency: the questions which tasks run in a node, which it does not answer any more when it is told to stop.</summary>
    public ConcurrentDictionary<string, Task> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>Emergency: the processes that were there when KILL was sent, by node.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<int>> KilledProcesses { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes whose own workers were seen to have no task left, while others of their queue went on.</summary>
    public ConcurrentDictionary<string, bool> DrainedNodes { get; } = new(StringComparer.Ordinal);

    /// <summary>Queues whose suspension could not be undone without a warning.</summary>
    public ConcurrentDictionary<string, bool> DoubtfulSuspensions { get; } = new(StringComparer.Ordinal);

    /// <summary>Consumers of a queue whose drain ended by the policy kill.</summary>
    public ConcurrentDictionary<string, bool> KillAtOnce { get; } = new(StringComparer.Ordinal);

    public bool IsRollback { get; set; }

    public ServiceNode Node(string name) => _nodes[name];

    public GraphQueue Queue(string name) => plan.Definition.Queues.First(q => q.Name == name);

    public GraphHook Hook(string name) => plan.Definition.Hooks.First(h => h.Name == name);

    /// <summary>Queues whose consumers this run stopped without a proven drain.</summary>
    public IEnumerable<string> UndrainedQueues() =>
        plan
            .Definition.Queues.Where(q =>
                q.ConsumedBy.Any(n => Stopped.ContainsKey(n) && !DrainedNodes.ContainsKey(n))
                && !(Drains.TryGetValue(q.Name, out var drain) && drain.IsDrained)
            )
            .Select(static q => q.Name);

    /// <summary>A node that did not run before stays as it was, unless asked for.</summary>
    public bool LeaveStopped(string node) =>
        plan.Operation == GraphOperation.Restart && !options.StartStopped && Prior.TryGetValue(node, out var prior) && !prior.WasRunning;

    public async Task<IServiceManager> ManagerAsync(ServiceNode node, CancellationToken cancellationToken) =>
        await ports.Services.GetManagerAsync(node, cancellationToken).ConfigureAwait(false);

    /// <summary>Repeats a probe by its own terms; of what this run started, a log probe looks at nothing older.</summary>
    public Task<ProbeTry> ProbeAsync(
        ProbeDefinition definition,
        ServiceNode? node,
        Action<ProbeResult>? tried,
        CancellationToken cancellationToken
    )
    {
        var context = (node is null ? null : Started.GetValueOrDefault(node.Name)) ?? new ProbeContext { Node = node };
        return new ProbeWaiter(ports.Probes, Time).WaitAsync(definition, context, tried, cancellationToken);
    }

    public Task<ManagedService> ReadAsync(ServiceNode node, CancellationToken cancellationToken) =>
        Services.ReadAsync(node, cancellationToken);
}
