using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>A worker that has no probe is asked through its queue whether it consumes again.</summary>
[Collection("nautobot")]
public sealed class NautobotConsumerTests(NautobotStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private const string DropIn = "/run/systemd/system/nautobot-worker.service.d";

    private ServiceGraph WithoutProbe
    {
        get
        {
            var graph = Graph;
            return graph with { Nodes = [.. graph.Nodes.Select(static n => n.Name == "worker" ? n with { Ready = [] } : n)] };
        }
    }

    [Fact]
    public async Task A_run_ends_only_when_it_consumes_again()
    {
        var run = await RunAsync(WorkerOnly with { DrainMode = DrainMode.Wait }, graph: WithoutProbe);
        var pid = int.Parse(await Systemctl.ShowAsync("nautobot-worker", "MainPID"), null);
        var system = await Session.Queues.OpenAsync(Graph.Queues[0], default);
        await using (system)
        {
            var workers = await system.GetWorkersAsync(default);
            Assert.Equal(RunOutcome.Done, run.Outcome);
            Assert.Contains("default", workers.Single(w => w.Pid == pid).Queues);
        }
    }

    [Fact]
    public async Task One_that_runs_and_consumes_nothing_is_not_done()
    {
        await Shell.BashAsync(
            $"mkdir -p {DropIn}; printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/celery -A nautobot_demo worker --queues "
                + $"other\\n' >{DropIn}/other.conf; systemctl daemon-reload"
        );
        try
        {
            var run = await RunAsync(WorkerOnly with { DrainMode = DrainMode.None }, graph: WithoutProbe);
            Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
            Assert.Equal(["worker (nautobot-worker) runs and does not consume queue 'default'"], run.Left);
            Assert.StartsWith("nautobot-worker runs and does not consume queue 'default'", run.Failure, StringComparison.Ordinal);
        }
        finally
        {
            await Shell.BashAsync($"rm -r {DropIn}; systemctl daemon-reload; systemctl restart nautobot-worker");
        }
    }
}
