using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Systemd;

namespace OpsRestart.Tests.System.Runs;

/// <summary>Runs of graphs over real units, through the same door as both fronts.</summary>
[Collection("runs")]
public abstract class RunTest : IAsyncLifetime
{
    private readonly OpsSession _session = new();

    private protected OpsSession Session => _session;

    /// <summary>Every event of the runs of this test.</summary>
    private protected List<RunEvent> Events { get; } = [];

    private protected Action<RunEvent>? OnEvent { get; set; }

    public async ValueTask InitializeAsync() => await FixtureUnits.EnsureAsync();

    public async ValueTask DisposeAsync()
    {
        await Shell.BashAsync(
            "systemctl kill --signal=KILL 't-*' 2>/dev/null || true; systemctl stop 't-*' 2>/dev/null || true; systemctl "
                + "reset-failed 't-*' 2>/dev/null || true"
        );
        await _session.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static ServiceNode Node(string service, params string[] needs) =>
        new()
        {
            Name = service,
            Service = service,
            Needs = needs,
        };

    private protected static ServiceGraph Graph(params ServiceNode[] nodes) => new() { Name = "t-graph", Nodes = nodes };

    private protected static ProbeDefinition Tcp(int port, double withinSeconds = 10) =>
        new()
        {
            Kind = "tcp",
            Target = FormattableString.Invariant($"tcp://127.0.0.1:{port}"),
            Within = TimeSpan.FromSeconds(withinSeconds),
            Every = TimeSpan.FromMilliseconds(200),
        };

    private protected async Task<ServiceGraphRun> RunAsync(
        ServiceGraph graph,
        GraphOperation operation,
        RunOptions? options = null,
        PlanOptions? plan = null,
        CancellationToken cancellationToken = default
    ) =>
        await _session.RunAsync(
            await _session.PlanAsync(graph, operation, plan ?? new PlanOptions(), CancellationToken.None),
            options ?? new RunOptions(),
            null,
            Record,
            cancellationToken
        );

    private protected static Task UpAsync(params string[] units) => Shell.BashAsync($"systemctl start {string.Join(' ', units)}");

    private protected static async Task AssertRunningAsync(params string[] units)
    {
        foreach (var unit in units)
        {
            Assert.Equal($"{unit} active", $"{unit} {await Systemctl.StateAsync(unit)}");
        }
    }

    private protected static StepReport Step(ServiceGraphRun run, string id) => run.Steps.First(s => s.Id == id && !s.IsRollback);

    private void Record(RunEvent happened)
    {
        Events.Add(happened);
        OnEvent?.Invoke(happened);
    }
}
