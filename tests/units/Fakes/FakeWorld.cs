using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Runs;

namespace OpsRestart.Tests.Units.Fakes;

/// <summary>A clock, services, probes, queues and hooks in memory, and a run over them.</summary>
internal sealed class FakeWorld : IHookRunner, IRunLock
{
    public FakeWorld()
    {
        Clock = new FakeClock();
        Services = new FakeServices(Clock);
        Probes = new FakeProbes(Clock);
        Queues = new FakeQueues(Clock);
    }

    public FakeClock Clock { get; }

    public FakeServices Services { get; }

    public FakeProbes Probes { get; }

    public FakeQueues Queues { get; }

    public List<RunEvent> Events { get; } = [];

    public List<IPreflightCheck> Checks { get; } = [];

    public bool HookFails { get; set; }

    /// <summary>Why the lock is not to be had.</summary>
    public OpsRestartException? LockRefusal { get; set; }

    /// <summary>The run before, if it was killed.</summary>
    public KilledRun? Killed { get; set; }

    /// <summary>What the run noted for the next.</summary>
    public IReadOnlyList<string>? Remembered { get; private set; }

    public TimeSpan HookTakes { get; set; }

    /// <summary>Called at every event; lets a test cancel at a certain step.</summary>
    public Action<RunEvent>? OnEvent { get; set; }

    public static ServiceNode Node(string name, params string[] needs) =>
        new()
        {
            Name = name,
            Service = name,
            Needs = needs,
        };

    public static ProbeDefinition Probe(string target, double withinSeconds = 10) =>
        new()
        {
            Kind = "redis",
            Target = target,
            Within = TimeSpan.FromSeconds(withinSeconds),
            Every = TimeSpan.FromMilliseconds(100),
        };

    public Task<ServiceGraphRun> RunAsync(
        ServiceGraph graph,
        GraphOperation operation,
        PlanOptions? plan = null,
        RunOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var node in graph.Nodes)
        {
            Services.Unit(node.Service);
        }

        var ports = new RunPorts
        {
            Services = Services,
            Probes = Probes,
            Queues = Queues,
            Hooks = this,
            Lock = this,
            Preflight = Checks,
            Time = Clock,
        };
        var run = new GraphExecutor(ports).RunAsync(
            Planner.Plan(graph, operation, plan ?? new PlanOptions()),
            options ?? new RunOptions(),
            Record,
            cancellationToken
        );
        return Clock.RunAsync(run);
    }

    public async Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken)
    {
        Services.Calls.Enqueue("hook " + hook.Name);
        await Task.Delay(HookTakes, Clock, cancellationToken);
        return new HookResult(!HookFails, HookFails ? 1 : 0, ["last words of the hook"]);
    }

    public Task<IHeldRunLock> AcquireAsync(string graph, string runId, GraphOperation operation, CancellationToken cancellationToken) =>
        LockRefusal is { } refusal ? Task.FromException<IHeldRunLock>(refusal) : Task.FromResult<IHeldRunLock>(new HeldLock(this));

    private void Record(RunEvent happened)
    {
        Events.Add(happened);
        OnEvent?.Invoke(happened);
    }

    private sealed class HeldLock(FakeWorld world) : IHeldRunLock
    {
        public KilledRun? Before => world.Killed;

        public Task RememberAsync(IReadOnlyList<string> nodes, CancellationToken cancellationToken)
        {
            world.Remembered = nodes;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
