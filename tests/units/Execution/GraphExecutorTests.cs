using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

[Collection("fake clock")]
public sealed class GraphExecutorTests
{
    private static readonly ServiceGraph Stack = new()
    {
        Name = "stack",
        Nodes = [Node("db") with { Ready = [Probe("db")] }, Node("worker", "db"), Node("web", "db") with { Ready = [Probe("web")] }],
        Queues = [new GraphQueue { Name = "default", System = "celery", Broker = "redis://", FedBy = ["web"], ConsumedBy = ["worker"], Timeout = TimeSpan.FromSeconds(30) }],
    };

    private readonly FakeWorld _world = new();

    private IEnumerable<string> Calls => _world.Services.Calls;

    [Fact]
    public async Task A_restart_does_everything_in_its_order()
    {
        _world.Queues.Tasks = 3;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["stop web", "stop worker", "stop db", "start db"], Calls.Take(4));
        Assert.Equal(["start web", "start worker"], Calls.Skip(4).Order());
        Assert.True(Assert.Single(run.Drains).IsDrained);
        Assert.True(_world.Services.At["stop worker"] >= 3, "the worker is not stopped before its tasks are done");
        Assert.All(run.Steps, s => Assert.True(s.Succeeded, s.ToString()));
    }

    [Fact]
    public async Task A_node_starts_the_moment_its_needs_are_ready_so_the_total_is_the_critical_path()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("a"), Node("b", "a"), Node("slow"), Node("c", "b"), Node("d", "slow")] };
        foreach (var (name, seconds) in new[] { ("a", 1), ("b", 1), ("c", 1), ("slow", 2), ("d", 2) })
        {
            _world.Services.Unit(name).StartTakes = TimeSpan.FromSeconds(seconds);
            _world.Services.Unit(name).State = ServiceState.Stopped;
        }

        var run = await _world.RunAsync(graph, GraphOperation.Start);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        // The first moments that a node without probes has to survive count to its start; the last one has been up for 2 s at the end.
        Assert.Equal(6.25, run.Duration.TotalSeconds, 2);
        Assert.Equal(run.Duration, run.CriticalPath);
        Assert.Equal(["start:slow", "start:d", "validate"], run.CriticalSteps);
        Assert.Equal(1.25, _world.Services.At["start b"], 2);
    }

    [Fact]
    public async Task What_did_not_run_before_stays_stopped()
    {
        _world.Services.Unit("worker").State = ServiceState.Stopped;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain("start worker", Calls);
        Assert.Equal(StepStatus.NotNeeded, Step(run, "drain:default").Status);
    }

    [Fact]
    public async Task A_restart_of_what_is_down_says_that_nothing_was_brought_up()
    {
        foreach (var node in Stack.Nodes)
        {
            _world.Services.Unit(node.Name).State = ServiceState.Stopped;
        }

        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Empty(Calls);
        Assert.Contains(run.Warnings, static w => w.Contains("No service of stack was running", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_after_one_that_was_killed_names_what_that_left_stopped()
    {
        _world.Killed = new KilledRun("run-1", "Restart", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), ["db", "worker", "web"]);
        _world.Services.Unit("worker").State = ServiceState.Stopped;
        _world.Services.Unit("web").State = ServiceState.Stopped;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain("worker", _world.Remembered!);
        Assert.Contains(run.Warnings, static w => w.Contains("2026-01-02 03:04:05 UTC (run run-1) was killed. worker, web ran before it and are stopped now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stopped_node_is_started_when_asked_for()
    {
        _world.Services.Unit("worker").State = ServiceState.Stopped;
        await _world.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { StartStopped = true });
        Assert.Contains("start worker", Calls);
    }

    [Fact]
    public async Task A_start_that_fails_once_is_put_right_by_the_way_back_and_named_with_its_log()
    {
        _world.Services.Unit("web").FailStarts = 1;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(OpsError.ServiceFailed, run.Error);
        Assert.Contains("web did not start", run.Failure, StringComparison.Ordinal);
        Assert.Contains("it went wrong here", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("web").State);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("worker").State);
        Assert.Contains(run.Steps, s => s is { IsRollback: true, Id: "start:web" });
    }

    [Fact]
    public async Task When_the_way_back_fails_too_it_says_what_is_left()
    {
        _world.Services.Unit("db").FailStarts = 2;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Equal(OpsError.KnownBadState, run.Error);
        Assert.Contains("db (db) was running and is failed", run.Left);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("web").State);
    }

    [Fact]
    public async Task A_unit_that_dies_while_being_probed_ends_the_wait_at_once()
    {
        _world.Probes.HealthyAfter["web"] = null;
        _world.Services.Unit("web").DiesAfter = TimeSpan.FromSeconds(1);
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { OnFailure = FailurePolicy.Stop });

        var ready = Step(run, "ready:web");
        Assert.Equal(StepStatus.Failed, ready.Status);
        Assert.Equal(1, ready.Took.TotalSeconds, 2);
        Assert.Contains("failed (exit-code) while it was being probed", ready.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
    }

    [Fact]
    public async Task A_probe_that_never_passes_fails_and_never_goes_on()
    {
        _world.Probes.HealthyAfter["db"] = null;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { OnFailure = FailurePolicy.Stop });

        Assert.Equal(StepStatus.TimedOut, Step(run, "ready:db").Status);
        Assert.Equal(OpsError.ReadyTimeout, run.Error);
        Assert.Equal(StepStatus.Skipped, Step(run, "start:web").Status);
        Assert.Equal("ready:db did not succeed", Step(run, "ready:web").Note);
    }

    [Fact]
    public async Task Independent_branches_finish_when_one_fails()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("bad"), Node("good"), Node("after", "good")] };
        foreach (var node in graph.Nodes)
        {
            _world.Services.Unit(node.Name).State = ServiceState.Stopped;
        }

        _world.Services.Unit("bad").FailStarts = 1;
        _world.Services.Unit("good").StartTakes = TimeSpan.FromSeconds(5);
        var run = await _world.RunAsync(graph, GraphOperation.Start);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("after").State);
    }

    [Fact]
    public async Task What_does_not_go_by_itself_is_killed_and_reported()
    {
        _world.Services.Unit("web").IgnoresTerm = true;
        var graph = Stack with { Nodes = [.. Stack.Nodes.Select(n => n with { StopTimeout = TimeSpan.FromSeconds(3) })] };
        var run = await _world.RunAsync(graph, GraphOperation.Restart);

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:web").Status);
        Assert.Contains("web: killed pid 100 after 3.0s.", run.Warnings);
    }

    [Theory]
    [InlineData("stop:web")]
    [InlineData("drain:default")]
    [InlineData("stop:worker")]
    [InlineData("stop:db")]
    [InlineData("start:db")]
    [InlineData("ready:db")]
    [InlineData("start:web")]
    [InlineData("start:worker")]
    [InlineData("ready:web")]
    [InlineData("validate")]
    public async Task Cancelled_in_any_phase_everything_that_ran_runs_again(string phase)
    {
        using var cancel = new CancellationTokenSource();
        _world.Queues.Tasks = 2;
        foreach (var name in Stack.Nodes.Select(n => n.Name))
        {
            _world.Services.Unit(name).StopTakes = TimeSpan.FromSeconds(1);
            _world.Services.Unit(name).StartTakes = TimeSpan.FromSeconds(1);
        }

        _world.Probes.HealthyAfter["db"] = TimeSpan.FromSeconds(2);
        _world.Probes.HealthyAfter["web"] = TimeSpan.FromSeconds(2);
        _world.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == phase)
            {
                cancel.CancelAfter(0);
            }
        };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, cancellationToken: cancel.Token);

        Assert.True(run.Outcome is RunOutcome.Cancelled or RunOutcome.Done, run.ToString());
        Assert.Empty(run.Left);
        Assert.All(Stack.Nodes.Select(n => n.Name), n => Assert.Equal(ServiceState.Running, _world.Services.Unit(n).State));
    }

    [Fact]
    public async Task The_runs_own_time_limit_brings_everything_back()
    {
        _world.Queues.Tasks = 100;
        _world.Queues.Stuck = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { Deadline = TimeSpan.FromSeconds(5) });
        Assert.Equal(RunOutcome.TimedOut, run.Outcome);
        Assert.Equal(OpsError.RunTimeout, run.Error);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("web").State);
    }

    [Fact]
    public async Task A_drain_that_does_not_end_aborts_and_starts_the_producers_again()
    {
        _world.Queues.Tasks = 4;
        _world.Queues.Stuck = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);

        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(OpsError.DrainAborted, run.Error);
        Assert.Contains("app.slow t1 on celery@test", run.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("stop worker", Calls);
        Assert.DoesNotContain("stop db", Calls);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("web").State);
    }

    [Theory]
    [InlineData(DrainTimeoutPolicy.Abort)]
    [InlineData(DrainTimeoutPolicy.Continue)]
    public async Task A_worker_that_dies_in_the_drain_is_never_drained_and_what_it_ran_is_named(DrainTimeoutPolicy policy)
    {
        _world.Queues.Tasks = 4;
        _world.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepProgress, Step: "drain:default" })
            {
                _world.Services.Die("worker");
            }
        };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { OnDrainTimeout = policy });

        Assert.Equal(DrainVerdict.WorkerDied, run.Drains[0].Verdict);
        Assert.Equal(policy == DrainTimeoutPolicy.Abort ? RunOutcome.DrainAborted : RunOutcome.Done, run.Outcome);
        Assert.Contains("worker failed (exit-code) in the middle of the drain", run.Failure ?? run.Warnings[0], StringComparison.Ordinal);
        Assert.Contains("app.slow t1 on celery@test", run.Failure ?? run.Warnings[0], StringComparison.Ordinal);
        Assert.Equal(ServiceState.Running, _world.Services.Unit("worker").State);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task With_policy_continue_it_goes_on_and_says_so()
    {
        _world.Queues.Tasks = 4;
        _world.Queues.Stuck = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { OnDrainTimeout = DrainTimeoutPolicy.Continue });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Contains(run.Warnings, w => w.Contains("is not drained after 30s", StringComparison.Ordinal));
        Assert.DoesNotContain("kill worker", Calls);
    }

    [Fact]
    public async Task With_policy_kill_the_consumers_are_killed_at_once()
    {
        _world.Queues.Tasks = 4;
        _world.Queues.Stuck = true;
        _world.Services.Unit("worker").IgnoresTerm = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { OnDrainTimeout = DrainTimeoutPolicy.Kill });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(StepStatus.Killed, Step(run, "stop:worker").Status);
        Assert.Contains(run.Warnings, w => w.StartsWith("worker: killed pid 100 at once. When it was told to stop it ran app.slow t1:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DrainVerdict.NoWorkers, OpsError.NoWorkers)]
    [InlineData(DrainVerdict.NoReply, OpsError.NoReply)]
    [InlineData(DrainVerdict.Unreachable, OpsError.ConnectionFailed)]
    public async Task Not_knowing_is_never_taken_for_drained(DrainVerdict verdict, OpsError expected)
    {
        _world.Queues.Always = verdict;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(expected, run.Error);
    }

    [Theory]
    [InlineData("masked", "is masked")]
    [InlineData("not-found", "is gone")]
    public async Task A_unit_that_runs_and_could_not_be_started_again_is_refused(string loadState, string words)
    {
        _world.Services.Unit("worker").LoadState = loadState;
        _world.Checks.Add(new UnitsCheck());
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains(words, run.Failure, StringComparison.Ordinal);
        Assert.Empty(Calls);
    }

    [Fact]
    public async Task A_queue_that_nobody_knows_is_not_drained()
    {
        _world.Queues.Known = ["default"];
        var misspelt = Stack with { Queues = [Stack.Queues[0] with { Queues = ["defualt"] }] };
        var run = await _world.RunAsync(misspelt, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Equal(OpsError.QueueNotFound, run.Error);
        Assert.DoesNotContain("stop worker", Calls);
    }

    [Fact]
    public async Task A_queue_that_nobody_knows_is_seen_before_anything_is_changed()
    {
        _world.Queues.Known = ["default"];
        _world.Checks.Add(new QueuesCheck(_world.Queues, "here"));
        var misspelt = Stack with { Queues = [Stack.Queues[0] with { Queues = ["defualt"] }] };
        var run = await _world.RunAsync(misspelt, GraphOperation.Restart);
        Assert.Equal(OpsError.PreflightFailed, run.Error);
        Assert.Contains("'defualt' is not known", run.Failure, StringComparison.Ordinal);
        Assert.Empty(Calls);
    }

    [Theory]
    [InlineData(DrainMode.Wait, DrainLevel.Executing, true)]
    [InlineData(DrainMode.SuspendOnly, DrainLevel.None, true)]
    [InlineData(null, DrainLevel.Drained, false)]
    public async Task Queues_are_checked_for_the_drain_that_is_planned(DrainMode? mode, DrainLevel level, bool suspend)
    {
        _world.Checks.Add(new QueuesCheck(_world.Queues, "here"));
        await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Mode = mode });
        Assert.Equal((level, suspend), (_world.Queues.Opened[0].Drain, _world.Queues.Opened[0].Suspend));
    }

    [Fact]
    public async Task A_broker_that_is_away_for_a_moment_does_not_end_a_drain_before_its_first_look()
    {
        _world.Queues.ListingFails = new OpsRestartException(OpsError.ConnectionFailed, "The broker is away.", "redis://localhost");
        var named = Stack with { Queues = [Stack.Queues[0] with { Queues = ["default"] }] };
        var run = await _world.RunAsync(named, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Done, run.Outcome);
    }

    [Fact]
    public async Task A_hook_runs_between_and_its_failure_brings_everything_back()
    {
        _world.HookFails = true;
        var hook = new GraphHook { Name = "migrate", Command = ["false"], Needs = ["db"] };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Hook = hook });

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(OpsError.HookFailed, run.Error);
        Assert.Contains("last words of the hook", run.Failure, StringComparison.Ordinal);
        Assert.Equal(["stop web", "stop worker", "stop db", "start db", "hook migrate"], Calls.Take(5));
        Assert.Equal(ServiceState.Running, _world.Services.Unit("web").State);
    }

    [Theory]
    [InlineData(DrainLevel.None, null)]
    [InlineData(null, DrainTimeoutPolicy.Continue)]
    public async Task A_hook_is_refused_when_the_work_was_not_drained(DrainLevel? level, DrainTimeoutPolicy? policy)
    {
        _world.Queues.Tasks = 4;
        _world.Queues.Stuck = true;
        var plan = new PlanOptions { Drain = level, OnDrainTimeout = policy, Hook = new GraphHook { Name = "migrate", Command = ["true"], Needs = ["db"] } };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.Equal(OpsError.HookFailed, run.Error);
        Assert.DoesNotContain("hook migrate", Calls);

        var forced = new FakeWorld();
        forced.Queues.Tasks = 4;
        forced.Queues.Stuck = true;
        Assert.Equal(RunOutcome.Done, (await forced.RunAsync(Stack, GraphOperation.Restart, plan, new RunOptions { Force = true })).Outcome);
    }

    [Fact]
    public async Task A_hook_that_takes_too_long_is_ended()
    {
        _world.HookTakes = TimeSpan.FromMinutes(20);
        var hook = new GraphHook { Name = "migrate", Command = ["sleep"], Needs = ["db"] };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Hook = hook });
        Assert.Equal(StepStatus.TimedOut, Step(run, "hook:migrate").Status);
    }

    [Fact]
    public async Task A_suspension_is_resumed_after_the_run_and_after_a_failure()
    {
        var plan = new PlanOptions { Names = ["worker"] };
        Assert.Equal(RunOutcome.Done, (await _world.RunAsync(Stack, GraphOperation.Restart, plan)).Outcome);
        Assert.Equal(["suspend", "resume"], _world.Queues.Log);

        var failing = new FakeWorld();
        failing.Services.Unit("worker").FailStarts = 1;
        var run = await failing.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.True(run.Left.Count == 0, string.Join(";", run.Steps.Select(s => $"{s.Id} {s.Status} {s.ErrorMessage} {s.Note} {s.IsRollback}")));
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Equal(["suspend", "resume"], failing.Queues.Log);
    }

    [Fact]
    public async Task A_broker_that_is_away_for_a_moment_is_waited_for_when_its_queue_is_resumed()
    {
        _world.Queues.ResumesThatFail = 3;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Names = ["worker"] });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(["suspend", "resume"], _world.Queues.Log);
    }

    [Fact]
    public async Task A_queue_that_could_not_be_resumed_is_not_as_it_was()
    {
        _world.Queues.ResumesThatFail = int.MaxValue;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Names = ["worker"] });
        Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
        Assert.Contains("queue 'default' is still suspended", run.Left);
    }

    [Theory]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task A_hook_in_a_mode_that_does_not_drain_is_refused_before_the_first_stop(DrainMode mode)
    {
        _world.Checks.Add(new HooksCheck());
        var plan = new PlanOptions { Mode = mode, Hook = new GraphHook { Name = "migrate", Command = ["true"] } };
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, plan);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains(run.Findings, f => f.Code == "HookNeedsDrain");
        Assert.Empty(Calls);

        _world.Services.Unit("worker").State = ServiceState.Stopped;
        Assert.Equal(RunOutcome.Done, (await _world.RunAsync(Stack, GraphOperation.Restart, plan)).Outcome);
    }

    [Fact]
    public async Task A_worker_that_hangs_is_a_warning_of_the_way_back_and_no_bad_state_of_it()
    {
        var graph = Stack with { Nodes = [.. Stack.Nodes.Select(n => n.Name == "worker" ? n with { Ready = [Probe("worker")] } : n)] };
        _world.Queues.Always = DrainVerdict.NoReply;
        _world.OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "drain:default" })
            {
                _world.Probes.HealthyAfter["worker"] = null;
            }
        };
        var run = await _world.RunAsync(graph, GraphOperation.Restart);
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.Empty(run.Left);
        Assert.Contains(run.Warnings, w => w.StartsWith("worker (worker) was healthy before this run", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FailurePolicy.Stop, StepStatus.Skipped)]
    [InlineData(FailurePolicy.Continue, StepStatus.Done)]
    public async Task After_a_failed_start_only_policy_continue_goes_on(FailurePolicy policy, StepStatus expected)
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("bad"), Node("after", "bad")] };
        _world.Services.Unit("bad").State = _world.Services.Unit("after").State = ServiceState.Stopped;
        _world.Services.Unit("bad").FailStarts = 1;
        var run = await _world.RunAsync(graph, GraphOperation.Start, options: new RunOptions { OnFailure = policy });
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(expected, Step(run, "start:after").Status);
    }

    [Fact]
    public async Task Policy_continue_does_not_go_on_past_a_drain()
    {
        _world.Queues.Tasks = 4;
        _world.Queues.Stuck = true;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, options: new RunOptions { OnFailure = FailurePolicy.Continue });
        Assert.Equal(RunOutcome.DrainAborted, run.Outcome);
        Assert.DoesNotContain("stop worker", Calls);
    }

    [Fact]
    public async Task A_queue_whose_workers_were_stopped_undrained_is_named()
    {
        var run = await _world.RunAsync(Stack, GraphOperation.Restart, new PlanOptions { Drain = DrainLevel.None });
        Assert.Equal(["default"], run.UndrainedQueues);
        Assert.Empty((await new FakeWorld().RunAsync(Stack, GraphOperation.Restart)).UndrainedQueues);
    }

    [Fact]
    public async Task Preflight_errors_refuse_before_the_first_change()
    {
        _world.Services.Unit("web").State = ServiceState.Masked;
        _world.Checks.Add(new UnitsCheck());
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Equal(OpsError.PreflightFailed, run.Error);
        Assert.Empty(Calls);
        Assert.Contains(run.Findings, f => f.Code == "UnitMasked");
    }

    [Fact]
    public async Task A_graph_whose_probe_was_unhealthy_before_may_be_so_after_the_way_back()
    {
        _world.Probes.HealthyAfter["web"] = null;
        var run = await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Empty(run.Left);
    }

    [Fact]
    public async Task Events_are_numbered_without_gaps_and_end_with_the_result()
    {
        await _world.RunAsync(Stack, GraphOperation.Restart);
        Assert.Equal(Enumerable.Range(1, _world.Events.Count), _world.Events.Select(e => e.Sequence));
        Assert.Equal(RunEventKind.RunStarted, _world.Events[0].Kind);
        Assert.Equal(RunEventKind.RunFinished, _world.Events[^1].Kind);
        Assert.Equal(_world.Events[^1].Total, _world.Events[^1].Finished);
    }

    [Fact]
    public async Task No_more_steps_are_under_way_than_allowed()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [.. Enumerable.Range(0, 20).Select(i => Node($"n{i}"))] };
        foreach (var node in graph.Nodes)
        {
            _world.Services.Unit(node.Name).StopTakes = TimeSpan.FromSeconds(1);
        }

        var under = 0;
        var most = 0;
        _world.OnEvent = e => most = Math.Max(most, e.Kind switch
        {
            RunEventKind.StepStarted => ++under,
            RunEventKind.StepFinished => --under,
            _ => under,
        });
        await _world.RunAsync(graph, GraphOperation.Stop, options: new RunOptions { MaxParallel = 5 });
        Assert.Equal(5, most);
    }

    private static StepReport Step(ServiceGraphRun run, string id) => run.Steps.First(s => s.Id == id && !s.IsRollback);
}
