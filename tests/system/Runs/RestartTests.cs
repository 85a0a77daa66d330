using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Runs;

public sealed class RestartTests : RunTest
{
    [Fact]
    public async Task A_restart_bounces_what_ran_in_order_and_leaves_stopped_what_was_stopped()
    {
        var graph = Graph(
            Node("t-listens") with
            {
                Ready = [Tcp(7101)],
            },
            Node("t-slow-stop", "t-listens"),
            Node("t-slow-start", "t-listens"),
            Node("t-demo@idle", "t-listens")
        );
        await UpAsync("t-listens", "t-slow-stop", "t-slow-start");
        var before = await InvocationsAsync("t-listens", "t-slow-stop", "t-slow-start");

        var run = await RunAsync(graph, GraphOperation.Restart);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        await AssertRunningAsync("t-listens", "t-slow-stop", "t-slow-start");
        Assert.Equal("inactive", await Systemctl.StateAsync("t-demo@idle"));
        Assert.All(
            (await InvocationsAsync("t-listens", "t-slow-stop", "t-slow-start")).Zip(before),
            p => Assert.NotEqual(p.Second, p.First)
        );
        Assert.True(Step(run, "stop:t-listens").Start >= Step(run, "stop:t-slow-stop").Start + Step(run, "stop:t-slow-stop").Took);
        Assert.True(Step(run, "start:t-slow-start").Start >= Step(run, "ready:t-listens").Start + Step(run, "ready:t-listens").Took);
        Assert.Equal(StepStatus.NotNeeded, Step(run, "start:t-demo@idle").Status);
    }

    [Fact]
    public async Task Active_is_not_ready_a_late_listener_is_waited_for()
    {
        var run = await RunAsync(
            Graph(Node("t-listens-late") with { Ready = [Tcp(7102)] }, Node("t-plain", "t-listens-late")),
            GraphOperation.Start
        );
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.True(Step(run, "ready:t-listens-late").Took.TotalSeconds >= 1.5, $"{Step(run, "ready:t-listens-late").Took}");
        Pace.AssertWithin(Step(run, "ready:t-listens-late").Took, TimeSpan.FromSeconds(6));
        Assert.True(Step(run, "start:t-plain").Start.TotalSeconds > 1.5);
    }

    [Fact]
    public async Task What_never_stops_is_killed_by_its_control_group_and_reported()
    {
        await UpAsync("t-never-stops");
        var run = await RunAsync(Graph(Node("t-never-stops") with { StopTimeout = TimeSpan.FromSeconds(1) }), GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:t-never-stops").Status);
        Assert.Contains(run.Warnings, w => w.StartsWith("t-never-stops: killed", StringComparison.Ordinal));
        await AssertRunningAsync("t-never-stops");
    }

    [Fact]
    public async Task A_kill_by_systemds_own_timeout_is_reported_too()
    {
        await UpAsync("t-ignores-term");
        var run = await RunAsync(Graph(Node("t-ignores-term")), GraphOperation.Stop);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:t-ignores-term").Status);
    }

    [Fact]
    public async Task A_child_that_outlives_the_stop_is_found_and_killed()
    {
        await UpAsync("t-leaves-child");
        var run = await RunAsync(Graph(Node("t-leaves-child")), GraphOperation.Stop);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:t-leaves-child").Status);
        Assert.Equal(
            "",
            await Shell.BashAsync(
                "cat /sys/fs/cgroup/systemd/system.slice/t-leaves-child.service/cgroup.procs "
                    + "/sys/fs/cgroup/system.slice/t-leaves-child.service/cgroup.procs 2>/dev/null || true"
            )
        );
    }

    [Fact]
    public async Task A_reexec_of_systemd_in_the_middle_loses_nothing()
    {
        var graph = Graph(
            Node("t-listens") with
            {
                Ready = [Tcp(7101)],
            },
            Node("t-slow-stop", "t-listens"),
            Node("t-slow-start", "t-listens")
        );
        await UpAsync("t-listens", "t-slow-stop", "t-slow-start");
        var reexec = Task.CompletedTask;
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "stop:t-slow-stop" or "start:t-slow-start" })
            {
                reexec = Task.WhenAll(reexec, Shell.BashAsync("sleep 0.3; systemctl daemon-reexec"));
            }
        };
        var run = await RunAsync(graph, GraphOperation.Restart);
        await reexec;
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        await AssertRunningAsync("t-listens", "t-slow-stop", "t-slow-start");
    }

    [Fact]
    public async Task A_second_run_of_the_same_graph_is_refused_and_names_the_first()
    {
        await UpAsync("t-slow-stop");
        var graph = Graph(Node("t-slow-stop"));
        var began = new TaskCompletionSource();
        OnEvent = e =>
        {
            if (e.Kind == RunEventKind.StepStarted)
            {
                began.TrySetResult();
            }
        };
        var first = RunAsync(graph, GraphOperation.Restart);
        await began.Task;
        var second = await RunAsync(graph, GraphOperation.Stop);
        Assert.Equal(RunOutcome.Refused, second.Outcome);
        Assert.Equal(OpsError.RunInProgress, second.Error);
        Assert.Contains(FormattableString.Invariant($"pid {Environment.ProcessId}"), second.Failure, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Done, (await first).Outcome);
        Assert.Equal(RunOutcome.Done, (await RunAsync(graph, GraphOperation.Stop)).Outcome);
    }

    [Fact]
    public async Task Two_hundred_units_start_and_stop_in_one_run()
    {
        var graph = Graph([.. Enumerable.Range(0, 200).Select(i => Node($"t-many@{i}"))]);
        Assert.Equal(RunOutcome.Done, (await RunAsync(graph, GraphOperation.Start)).Outcome);
        Assert.Equal("200", await Shell.BashAsync("systemctl list-units --state=active --no-legend 't-many@*' | wc -l"));
        Assert.Equal(RunOutcome.Done, (await RunAsync(graph, GraphOperation.Stop)).Outcome);
        Assert.Equal("0", await Shell.BashAsync("systemctl list-units --state=active --no-legend 't-many@*' | wc -l"));
    }

    private static async Task<string[]> InvocationsAsync(params string[] units)
    {
        var ids = new List<string>();
        foreach (var unit in units)
        {
            ids.Add(await Systemctl.ShowAsync(unit, "InvocationID"));
        }

        return [.. ids];
    }
}
