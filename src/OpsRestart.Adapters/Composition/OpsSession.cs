using System.Text.RegularExpressions;
using OpsRestart.Adapters.Checks;
using OpsRestart.Adapters.Commands;
using OpsRestart.Adapters.GraphFiles;
using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Queues;
using OpsRestart.Adapters.RedisServers;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Adapters.Stale;
using OpsRestart.Adapters.Supervisor;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Journal;
using OpsRestart.Adapters.Systemd.Schedules;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Graph;
using OpsRestart.Core.Planning;

namespace OpsRestart.Adapters.Composition;

/// <summary>
/// Where both fronts start: the one place that builds adapters and hands them to the engine. Everything is made when it is first needed, so
/// that making a session costs nothing.
/// </summary>
internal sealed class OpsSession : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ServiceHost _services;
    private readonly ProgramGroups _groups;
    private readonly CommandRunner _commands = new();
    private readonly GraphCheck _check;
    private readonly ProbeNames _probeNames;
    private readonly IReadOnlyList<string> _withoutSuspension;

    public OpsSession(TimeProvider? time = null)
        : this(time, []) { }

    /// <param name="time">The clock.</param>
    /// <param name="more">Kinds of probes besides those of the table.</param>
    internal OpsSession(TimeProvider? time, IEnumerable<ProbeKind> more)
    {
        _time = time ?? TimeProvider.System;
        var managers = Parts.Managers(_time);
        _services = new ServiceHost(managers);
        _groups = new ProgramGroups(_services);
        var queues = Parts.Queues(_time);
        Queues = queues;
        _withoutSuspension = queues.WithoutSuspension;
        var kinds = ProbeTable.Kinds(_services, queues, _time).Concat(more).ToList();
        _probeNames = ProbeTable.Names(kinds);
        Probes = new ProbeFactory(kinds);
        Graphs = new GraphFileReader(GraphFileOptions.FromEnvironment(), _probeNames);
        _check = new GraphCheck(Probes, Queues);
    }

    public IServiceHost Services => _services;

    public IProbeFactory Probes { get; }

    public IWorkQueueFactory Queues { get; }

    public IGraphReader Graphs { get; }

    /// <summary>The brokers that this session has used, with their passwords.</summary>
    public KnownBrokers Brokers { get; } = new();

    /// <summary>What a Redis server tells of itself.</summary>
    public RedisServerReader RedisReader => new(_time);

    /// <summary>What applications note in Redis about calls that fail.</summary>
    public CircuitBreakers CircuitBreakers => new(_time);

    /// <summary>Removes one of them. False: it was gone already.</summary>
    public static Task<bool> ResetCircuitBreakerAsync(string address, string key, CancellationToken cancellationToken) =>
        OpsRestart.Adapters.RedisServers.CircuitBreakers.ResetAsync(address, key, cancellationToken);

    /// <summary>The clock of all waits.</summary>
    public TimeProvider Time => _time;

    /// <summary>What is suspended from this host, and what a process that is gone has left suspended.</summary>
    public ISuspensionStore Suspensions { get; } = new SuspensionStore();

    /// <summary>
    /// A sentence for each suspension whose process is gone. Celery's can't expire: whoever comes after a run that was killed is told of
    /// it.
    /// </summary>
    public IEnumerable<string> LeftSuspensions =>
        Suspensions
            .List()
            .Where(static r => !r.IsOwnerAlive)
            .Select(static r => $"Left suspended: {r}. Its workers take no tasks until it is resumed, or until they are restarted.");

    /// <summary>Everything that is wrong with a graph, without touching anything.</summary>
    public IReadOnlyList<GraphFinding> Validate(ServiceGraph graph) => _check.Validate(graph);

    /// <summary>The same for a file that was read, however much of it could be.</summary>
    public IReadOnlyList<GraphFinding> Validate(GraphDocument document)
    {
        return _check.Validate(document);
    }

    /// <summary>Reads a graph by name or path.</summary>
    /// <exception cref="OpsRestartException">GraphNotFound; InvalidGraph or CyclicDependency, with every finding in the
    /// message.</exception>
    public ServiceGraph LoadGraph(string nameOrPath)
    {
        var path = Graphs.Resolve(nameOrPath);
        var document = Graphs.Read(path);
        GraphCheck.ThrowIfInvalid(nameOrPath, _check.Validate(document));
        return document.Graph
            ?? throw new OpsRestartException(
                OpsError.InvalidGraph,
                $"{path} holds no graph.",
                nameOrPath,
                "A graph file begins with 'graph: NAME' and has 'services:'."
            );
    }

    /// <summary>A graph as text; see <see cref="GraphFormat"/>. Secrets stay the templates that they are; nothing is looked up.</summary>
    public string Write(ServiceGraph graph, GraphFormat format) => new GraphWriter(_probeNames).Write(graph, format);

    /// <summary>Whether this machine is set up for a supervisord of its own; nothing is asked or read.</summary>
    public static bool HasSupervisor() => SupervisorConfiguration.DefaultFiles.Any(File.Exists);

    /// <summary>The names in the catalogue; nothing is read.</summary>
    public static IReadOnlyList<string> ListGraphs() => new GraphCatalogue(GraphFileOptions.FromEnvironment().Folders).ListNames();

    /// <summary>The graph with a node for each program of its groups of supervisord, as they are now.</summary>
    /// <exception cref="OpsRestartException">UnitNotFound, ManagerUnavailable and their like, for a group only.</exception>
    public Task<ServiceGraph> ExpandAsync(ServiceGraph graph, CancellationToken cancellationToken) =>
        _groups.ExpandAsync(graph, cancellationToken);

    /// <summary>The same, for who only looks: a group that can't be looked up stays as it is, and its checks say why.</summary>
    public async Task<ServiceGraph> ExpandIfKnownAsync(ServiceGraph graph, CancellationToken cancellationToken)
    {
        try
        {
            return await ExpandAsync(graph, cancellationToken).ConfigureAwait(false);
        }
        catch (OpsRestartException)
        {
            return graph;
        }
    }

    /// <summary>The exact steps of an operation; groups of supervisord are looked up. Changes nothing.</summary>
    /// <exception cref="OpsRestartException">What <see cref="ExpandAsync"/> and <see cref="Plan"/> throw.</exception>
    public async Task<ServiceGraphPlan> PlanAsync(
        ServiceGraph graph,
        GraphOperation operation,
        PlanOptions options,
        CancellationToken cancellationToken
    )
    {
        GraphCheck.ThrowIfInvalid(graph.Name, _check.Validate(graph));
        var expanded = await ExpandAsync(graph, cancellationToken).ConfigureAwait(false);
        return options.Rolling
            ? Plan(
                expanded,
                operation,
                options with
                {
                    RollFirst = await RollOrder.IdleFirstAsync(expanded, Queues, _services, _time, cancellationToken).ConfigureAwait(false),
                }
            )
            : Plan(expanded, operation, options);
    }

    /// <summary>The same of a graph that has no groups.</summary>
    /// <exception cref="OpsRestartException">InvalidGraph, CyclicDependency, UnitNotFound (a name that is not in the graph).</exception>
    public ServiceGraphPlan Plan(ServiceGraph graph, GraphOperation operation, PlanOptions options)
    {
        GraphCheck.ThrowIfInvalid(graph.Name, _check.Validate(graph));

        // The engine compares workers by name, and knows no host: {hostname} is this one.
        var here = graph with
        {
            Queues = [.. graph.Queues.Select(static q => q with { Workers = WorkerNames.Expand(q.Workers) })],
        };
        return Planner.Plan(here, operation, options with { WithoutSuspension = _withoutSuspension });
    }

    /// <summary>Services of a graph that are older than what they stand on, and how many processes could not be looked at.</summary>
    /// <exception cref="OpsRestartException">InvalidGraph, CyclicDependency; a manager can't be asked.</exception>
    public async Task<(IReadOnlyList<StaleService> Found, int Hidden)> FindStaleAsync(
        ServiceGraph graph,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        GraphCheck.ThrowIfInvalid(graph.Name, _check.Validate(graph));
        var expanded = await ExpandAsync(graph, cancellationToken).ConfigureAwait(false);
        var look = await new StaleFinder(_services).FindAsync(expanded, names, cancellationToken).ConfigureAwait(false);
        return (look.Found, look.Hidden);
    }

    /// <summary>The same for services of a manager, by their files alone.</summary>
    public static async Task<(IReadOnlyList<StaleService> Found, int Hidden)> FindStaleAsync(
        IServiceManager manager,
        bool isLocal,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        var look = await StaleFinder.FindAsync(manager, isLocal, names, cancellationToken).ConfigureAwait(false);
        return (look.Found, look.Hidden);
    }

    /// <summary>What a run of the plan would find before its first change.</summary>
    public Task<IReadOnlyList<GraphFinding>> PreflightAsync(ServiceGraphPlan plan, CancellationToken cancellationToken) =>
        Preflight.CheckAsync(plan, Ports(plan, null), new ServiceLooks(_services), cancellationToken);

    /// <summary>
    /// Executes a plan. The outcome is a value, also after a failure or a cancellation, which is answered with a rollback first.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">How to execute it.</param>
    /// <param name="scriptHooks">Runs hooks that have no command (PowerShell script blocks); null where there are none.</param>
    /// <param name="sink">Receives every event, in order, one at a time, on whatever thread.</param>
    /// <param name="cancellationToken">Begins the rollback.</param>
    public async Task<ServiceGraphRun> RunAsync(
        ServiceGraphPlan plan,
        RunOptions options,
        IHookRunner? scriptHooks,
        Action<RunEvent> sink,
        CancellationToken cancellationToken
    )
    {
        var run = await new GraphExecutor(Ports(plan, scriptHooks)).RunAsync(plan, options, sink, cancellationToken).ConfigureAwait(false);
        JournalEntry.Send(JournalEntry.Of(run));
        return run;
    }

    /// <summary>Follows logs, and judges their lines.</summary>
    /// <param name="fail">Lines that must not come.</param>
    /// <param name="allow">Of those the ones that may.</param>
    public LogWatch Watch(IReadOnlyList<Regex> fail, IReadOnlyList<Regex> allow) => new(_services, fail, allow, _time);

    /// <summary>Waits until a queue system is drained, or the time is over; both are results.</summary>
    public Task<DrainResult> DrainAsync(
        IWorkQueueSystem system,
        DrainRequest request,
        TimeSpan timeout,
        Action<DrainProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var here = request with { ExpectedWorkers = WorkerNames.Expand(request.ExpectedWorkers) };
        return new DrainWaiter(_time).WaitAsync(system, system.Broker, here, timeout, progress, cancellationToken);
    }

    /// <summary>Checks each probe once, all in parallel; results in the order of the probes.</summary>
    public async Task<IReadOnlyList<ProbeResult>> CheckAsync(IReadOnlyList<ProbeDefinition> probes, CancellationToken cancellationToken)
    {
        return await Task.WhenAll(probes.Select(p => CheckAsync(p, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Repeats a probe by its own Within, Every and Successes.</summary>
    public async Task<ProbeResult> WaitHealthyAsync(ProbeDefinition probe, CancellationToken cancellationToken)
    {
        return (
            await new ProbeWaiter(Probes, _time).WaitAsync(probe, Context(probe), null, cancellationToken).ConfigureAwait(false)
        ).Result;
    }

    /// <summary>The schedules that this manager's timers keep.</summary>
    public ScheduleStore Schedules(SystemdServiceManager manager) => new(manager, _commands);

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<ProbeResult> CheckAsync(ProbeDefinition probe, CancellationToken cancellationToken)
    {
        var made = Probes.Create(probe, Context(probe));
        await using (made.ConfigureAwait(false))
        {
            return await made.CheckAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static ProbeContext Context(ProbeDefinition probe) =>
        probe.Service is { } service
            ? new ProbeContext
            {
                Node = new ServiceNode
                {
                    Name = probe.Node ?? service,
                    Service = service,
                    Manager = probe.Manager,
                    Commands = probe.Commands,
                    Scope = probe.Scope,
                    HostName = probe.HostName,
                    Socket = probe.Socket,
                },
            }
            : ProbeContext.None;

    private RunPorts Ports(ServiceGraphPlan plan, IHookRunner? scriptHooks) =>
        new()
        {
            Services = _services,
            Probes = Probes,
            Queues = Queues,
            Hooks = new HookRunners(_commands, scriptHooks),
            Lock = new FileRunLock(plan.Definition, _time),
            Time = _time,
            SkipReason = static files => files.FirstOrDefault(Path.Exists) is { } file ? $"{file} exists" : null,
            Preflight =
            [
                new UnitsCheck(),
                new ProgramsCheck(),
                new CommandsCheck(),
                new ClientsCheck(),
                new QueuesCheck(Queues, WorkerNames.HostName),
                new RollingCheck(Queues, _services),
                new HooksCheck(),
                new ConfigurationCheck(_commands),
                new RunUserCheck(),
                new PrivilegeCheck(_commands),
                new DiskSpaceCheck(),
                new PackageManagerCheck(),
            ],
        };
}
