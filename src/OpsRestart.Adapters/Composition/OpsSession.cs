using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Host;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Drain;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;

namespace OpsRestart.Adapters.Composition;

/// <summary>
/// Where both fronts start: the one place that builds adapters and hands them to the engine. Everything is made when it is first needed, so that
/// making a session costs nothing.
/// </summary>
public sealed class OpsSession : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ServiceHost _services;
    private readonly CommandRunner _commands = new();
    private readonly GraphCheck _check;

    public OpsSession(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        var managers = Parts.Managers(_time);
        _services = new ServiceHost(managers);
        Queues = Parts.Queues(_time);
        Probes = Parts.Probes(_services, Queues, _time);
        Graphs = new GraphFileReader(GraphFileOptions.FromEnvironment());
        _check = new GraphCheck(Probes, Queues, [.. managers.Keys]);
    }

    public IServiceHost Services => _services;

    public IProbeFactory Probes { get; }

    public IWorkQueueFactory Queues { get; }

    public IGraphReader Graphs { get; }

    /// <summary>What is suspended from this host, and what a process that is gone has left suspended.</summary>
    public ISuspensionStore Suspensions { get; } = new SuspensionStore();

    /// <summary>Everything that is wrong with a graph, without touching anything.</summary>
    public IReadOnlyList<GraphFinding> Validate(ServiceGraph graph) => _check.Validate(graph);

    /// <summary>The same for a file that was read, however much of it could be.</summary>
    public IReadOnlyList<GraphFinding> Validate(GraphDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return _check.Validate(document);
    }

    /// <summary>Reads a graph by name or path.</summary>
    /// <exception cref="OpsRestartException">GraphNotFound; InvalidGraph or CyclicDependency, with every finding in the message.</exception>
    public ServiceGraph LoadGraph(string nameOrPath)
    {
        var path = Graphs.Resolve(nameOrPath);
        var document = Graphs.Read(path);
        GraphCheck.ThrowIfInvalid(nameOrPath, _check.Validate(document));
        return document.Graph ?? throw new OpsRestartException(OpsError.InvalidGraph, $"{path} holds no graph.", nameOrPath, "A graph file begins with 'graph: NAME' and has 'services:'.");
    }

    /// <summary>The exact steps of an operation. Changes nothing.</summary>
    /// <exception cref="OpsRestartException">InvalidGraph, CyclicDependency, UnitNotFound (a name that is not in the graph).</exception>
    public ServiceGraphPlan Plan(ServiceGraph graph, GraphOperation operation, PlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        GraphCheck.ThrowIfInvalid(graph.Name, _check.Validate(graph));

        // The engine compares workers by name, and knows no host: {hostname} is this one.
        var here = graph with { Queues = [.. graph.Queues.Select(static q => q with { Workers = WorkerNames.Expand(q.Workers) })] };
        return Planner.Plan(here, operation, options);
    }

    /// <summary>What a run of the plan would find before its first change.</summary>
    public Task<IReadOnlyList<GraphFinding>> PreflightAsync(ServiceGraphPlan plan, CancellationToken cancellationToken)
        => Preflight.CheckAsync(plan, Ports(plan, null), new ServiceLooks(_services, _time), cancellationToken);

    /// <summary>Executes a plan. The outcome is a value, also after a failure or a cancellation, which is answered with a rollback first.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">How to execute it.</param>
    /// <param name="scriptHooks">Runs hooks that have no command (PowerShell script blocks); null where there are none.</param>
    /// <param name="sink">Receives every event, in order, one at a time, on whatever thread.</param>
    /// <param name="cancellationToken">Begins the rollback.</param>
    public Task<ServiceGraphRun> RunAsync(ServiceGraphPlan plan, RunOptions options, IHookRunner? scriptHooks, Action<RunEvent> sink, CancellationToken cancellationToken)
        => new GraphExecutor(Ports(plan, scriptHooks)).RunAsync(plan, options, sink, cancellationToken);

    /// <summary>Waits until a queue system is drained, or the time is over; both are results.</summary>
    public Task<DrainResult> DrainAsync(IWorkQueueSystem system, DrainRequest request, TimeSpan timeout, Action<DrainProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new DrainWaiter(_time).WaitAsync(system, system.Broker, request, timeout, progress, cancellationToken);
    }

    /// <summary>Checks each probe once, all in parallel; results in the order of the probes.</summary>
    public async Task<IReadOnlyList<ProbeResult>> CheckAsync(IReadOnlyList<ProbeDefinition> probes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probes);
        return await Task.WhenAll(probes.Select(p => CheckAsync(p, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Repeats a probe by its own Within, Every and Successes.</summary>
    public async Task<ProbeResult> WaitHealthyAsync(ProbeDefinition probe, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        var made = Probes.Create(probe, Context(probe));
        await using (made.ConfigureAwait(false))
        {
            var end = await new ProbeWaiter(_time).WaitAsync(made, probe, null, cancellationToken).ConfigureAwait(false);
            return end.Result with { Service = end.Result.Service ?? probe.Service };
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<ProbeResult> CheckAsync(ProbeDefinition probe, CancellationToken cancellationToken)
    {
        var made = Probes.Create(probe, Context(probe));
        await using (made.ConfigureAwait(false))
        {
            var result = await made.CheckAsync(cancellationToken).ConfigureAwait(false);
            return result with { Service = result.Service ?? probe.Service };
        }
    }

    private static ProbeContext Context(ProbeDefinition probe) => probe.Unit is { } unit
        ? new ProbeContext { Node = new ServiceNode { Name = probe.Service ?? unit, Service = unit, Manager = probe.Manager, Scope = probe.Scope, HostName = probe.HostName } }
        : ProbeContext.None;

    private RunPorts Ports(ServiceGraphPlan plan, IHookRunner? scriptHooks) => new()
    {
        Services = _services,
        Probes = Probes,
        Queues = Queues,
        Hooks = new HookRunners(_commands, scriptHooks),
        Lock = new FileRunLock(plan.Definition, _time),
        Time = _time,
        Preflight =
        [
            new UnitsCheck(),
            new QueuesCheck(Queues, LocalProcess.HostName),
            new HooksCheck(),
            new ConfigurationCheck(_commands),
            new PrivilegeCheck(_commands),
            new DiskSpaceCheck(),
            new PackageManagerCheck(),
        ],
    };
}
