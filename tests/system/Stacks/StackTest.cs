using System.Globalization;
using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.System.Cli;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>Runs over a whole stack, through the same door as both fronts, and the command as a process.</summary>
public abstract class StackTest(SampleStack stack, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly List<RunEvent> _events = [];

    private protected OpsSession Session { get; } = new();

    private protected ITestOutputHelper Output => output;

    private protected Action<RunEvent>? OnEvent { get; set; }

    private protected ServiceGraph Graph => Session.LoadGraph(stack.GraphFile);

    /// <summary>The worker alone: its producers stay up, so it is suspended and what runs is waited for.</summary>
    private protected static PlanOptions WorkerOnly => new() { Names = ["worker"], Only = true };

    public async ValueTask InitializeAsync()
    {
        await stack.ResetAsync();
        var probes = Graph.Probes;
        await Eventually.IsTrueAsync(
            async () => (await Session.CheckAsync(probes, default)).All(static p => p.Status == ProbeStatus.Healthy),
            TimeSpan.FromSeconds(60)
        );
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Session.DisposeAsync();
    }

    private protected async Task<ServiceGraphRun> RunAsync(
        PlanOptions? plan = null,
        RunOptions? options = null,
        ServiceGraph? graph = null,
        GraphOperation operation = GraphOperation.Restart,
        CancellationToken cancellationToken = default
    )
    {
        var run = await Session.RunAsync(
            Session.Plan(graph ?? Graph, operation, plan ?? new PlanOptions()),
            options ?? new RunOptions(),
            null,
            Record,
            cancellationToken
        );
        output.WriteLine(Describe(run));
        return run;
    }

    private protected static Command Restart(string graph, params string[] arguments) =>
        Command.Start("/etc/opsrestart", ["restart", graph, .. arguments]);

    private protected static Task<ShellResult> OpsRestartAsync(params string[] arguments) => Command.RunAsync("/etc/opsrestart", arguments);

    /// <summary>Queued = done + still queued, and in the end all is done; the numbers go to the test's output.</summary>
    private protected async Task<Books> AssertNothingLostAsync(int atLeast = 1, int waitSeconds = 90)
    {
        var now = await stack.CountAsync();
        output.WriteLine("after the run: " + now.Text);
        var books = await stack.CountAsync(waitSeconds);
        output.WriteLine("in the end:    " + books.Text);
        now.AssertNothingLost(atLeast);
        books.AssertNothingLost(atLeast);
        Assert.Equal(0, books.Waiting + books.Running);
        return books;
    }

    /// <summary>
    /// A restart in the mode signal under a task that outlasts it: the web tier is unanswered for no longer than its own restart alone
    /// takes, plus 1 s, and the datastores are not touched. What a restart alone takes is measured before and after: the machine may be
    /// busier at one time than at another.
    /// </summary>
    private protected async Task AssertWebComesBackAtOnceAsync(string web, string address, string busyWorker, params string[] datastores)
    {
        var alone = await WebWatch.WhileAsync(address, () => Shell.BashAsync($"systemctl restart {web}"));
        var stores = await Task.WhenAll(datastores.Select(InvocationAsync));
        ServiceGraphRun? run = null;
        var silence = await WebWatch.WhileAsync(
            address,
            async () => run = await RunAsync(new PlanOptions { DrainMode = DrainMode.Signal })
        );
        var after = await WebWatch.WhileAsync(address, () => Shell.BashAsync($"systemctl restart {web}"));
        output.WriteLine(
            $"unanswered: alone {alone.TotalSeconds:0.00} s and {after.TotalSeconds:0.00} s, in the run {silence.TotalSeconds:0.00} "
                + $"s, the run {run!.Duration.TotalSeconds:0.00} s"
        );

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        Assert.True(EndOf(run, "ready:web") < EndOf(run, "stop:" + busyWorker), Describe(run));
        Pace.AssertWithin(silence, (alone > after ? alone : after) + TimeSpan.FromSeconds(1));
        Assert.Equal(stores, await Task.WhenAll(datastores.Select(InvocationAsync)));
        await AssertAllRunAsync();
    }

    private protected async Task AssertAllRunAsync()
    {
        await AssertRunningAsync([.. stack.Units]);
        if (stack.Programs.Count > 0)
        {
            Assert.Equal(
                stack.Programs.Order(StringComparer.Ordinal),
                (await Supervisorctl.PidsAsync()).Keys.Order(StringComparer.Ordinal)
            );
        }
    }

    private protected static async Task AssertRunningAsync(params string[] units)
    {
        foreach (var unit in units)
        {
            Assert.Equal($"{unit} active", $"{unit} {await Systemctl.StateAsync(unit)}");
        }
    }

    private protected static Task<string> InvocationAsync(string unit) => Systemctl.ShowAsync(unit, "InvocationID");

    private protected static StepReport Step(ServiceGraphRun run, string id) => run.Steps.First(s => s.Id == id && !s.IsRollback);

    /// <summary>When a step ended, on the wall clock.</summary>
    private protected static DateTime EndOf(ServiceGraphRun run, string id) => run.StartedAt + Step(run, id).Start + Step(run, id).Took;

    private protected static DateTime BeginOf(ServiceGraphRun run, string id) => run.StartedAt + Step(run, id).Start;

    private protected static string Describe(ServiceGraphRun run) =>
        string.Join(
            '\n',
            [
                RunTable.Headline(run),
                .. RunTable
                    .Rows(run)
                    .Select(static r =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"  {(r.IsRollback ? "back " : "")}{r.Verb, -8} {r.Target, -16} {r.Result, -10} "
                                + $"{r.Start.TotalSeconds, 6:0.0} {r.Took.TotalSeconds, 6:0.0}  {r.Note}"
                        )
                    ),
                .. run.Warnings.Select(static w => "  warning: " + w),
                .. run.Left.Select(static l => "  left: " + l),
                run.Failure ?? "",
            ]
        );

    private void Record(RunEvent happened)
    {
        lock (_events)
        {
            _events.Add(happened);
        }

        OnEvent?.Invoke(happened);
    }
}
