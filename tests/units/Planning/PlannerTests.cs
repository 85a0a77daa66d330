using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Planning;

public sealed class PlannerTests
{
    private static readonly ServiceGraph Nautobot = new()
    {
        Name = "nautobot",
        Nodes =
        [
            Node("postgresql") with
            {
                Role = "datastore",
                Ready = [Probe("postgres://")],
            },
            Node("redis") with
            {
                Role = "datastore",
                Ready = [Probe("redis://")],
            },
            Node("scheduler", "redis", "postgresql"),
            Node("worker", "redis", "postgresql"),
            Node("web", "redis", "postgresql") with
            {
                Ready = [Probe("http://")],
                StableFor = TimeSpan.FromSeconds(5),
            },
        ],
        Queues =
        [
            new GraphQueue
            {
                Name = "default",
                System = "celery",
                Broker = "redis://",
                FedBy = ["web", "scheduler"],
                ConsumedBy = ["worker"],
            },
        ],
    };

    [Fact]
    public void A_restart_stops_producers_drains_stops_consumers_and_only_then_touches_the_datastores()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions());

        Assert.Equal(["stop:scheduler", "stop:web"], After(plan, "drain:default").Order());
        Assert.Contains("drain:default", After(plan, "stop:worker"));
        Assert.Superset(new HashSet<string> { "stop:worker", "stop:web", "stop:scheduler" }, After(plan, "stop:redis").ToHashSet());
        Assert.Equal(["stop:redis"], After(plan, "start:redis"));
        Assert.Superset(new HashSet<string> { "ready:redis", "ready:postgresql", "stop:web" }, After(plan, "start:web").ToHashSet());
        Assert.Equal(["start:web"], After(plan, "ready:web"));
        Assert.Equal(["ready:web"], After(plan, "settle:web"));
        Assert.Equal("validate", plan.Steps[^1].Id);
    }

    [Fact]
    public void Every_step_comes_after_the_steps_that_it_waits_for()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions());
        var seen = new HashSet<string>();
        Assert.All(
            plan.Steps,
            s =>
            {
                Assert.All(s.After, a => Assert.Contains(a, seen));
                seen.Add(s.Id);
            }
        );
    }

    [Fact]
    public void A_producer_does_not_start_again_before_the_consumers_have_stopped()
    {
        var graph = Nautobot with { Nodes = [.. Nautobot.Nodes.Select(n => n with { Needs = [] })] };
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());
        Assert.Contains("stop:worker", After(plan, "start:scheduler"));
    }

    [Fact]
    public void Stopping_a_datastore_takes_along_all_that_need_it()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Stop, new PlanOptions { Names = ["redis"] });
        Assert.Equal(["redis", "scheduler", "web", "worker"], plan.Nodes.Order());
        Assert.DoesNotContain(plan.Steps, s => s.Kind is StepKind.Start or StepKind.Validate);
    }

    [Fact]
    public void Only_what_is_named_is_touched_when_asked_for()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { Names = ["redis"], Only = true });
        Assert.Equal(["redis"], plan.Nodes);
    }

    [Fact]
    public void Starting_a_node_starts_what_it_needs()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Start, new PlanOptions { Names = ["w*"] });
        Assert.Equal(["postgresql", "redis", "web", "worker"], plan.Nodes.Order());
        Assert.DoesNotContain(plan.Steps, s => s.Kind is StepKind.Stop or StepKind.DrainQueue);
    }

    [Fact]
    public void Restarting_the_workers_alone_suspends_them_because_the_producers_stay_up()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { Names = ["worker"] });
        Assert.Equal(DrainLevel.Executing, plan.Definition.Queues[0].Drain);
        Assert.Equal(["suspend:default"], After(plan, "drain:default"));
        Assert.Contains("drain:default", After(plan, "stop:worker"));
        Assert.Equal(["stop:worker"], After(plan, "resume:default"));
        Assert.Contains("resume:default", After(plan, "start:worker"));
    }

    [Theory]
    [InlineData("celery")]
    [InlineData("rq")]
    public void A_suspension_ends_when_the_old_workers_have_stopped_and_the_broker_is_ready_and_before_the_new_ones_start(string system)
    {
        var graph = Nautobot with { Queues = [Nautobot.Queues[0] with { System = system }] };
        var hook = new GraphHook { Name = "migrate", Command = ["true"] };
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Wait, Hook = hook });
        Assert.Equal(["hook:migrate", "ready:postgresql", "ready:redis", "stop:worker"], After(plan, "resume:default").Order());
        Assert.Contains("resume:default", After(plan, "start:worker"));
    }

    [Fact]
    public void In_the_mode_signal_the_web_tier_waits_for_no_worker_and_datastores_are_left_alone()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal });
        Assert.Equal(["scheduler", "web", "worker"], plan.Nodes.Order());
        Assert.Empty(After(plan, "stop:web"));
        Assert.Equal(["stop:web"], After(plan, "start:web"));
        Assert.Equal(["stop:scheduler"], After(plan, "start:scheduler"));
        Assert.Equal(["suspend:default"], After(plan, "stop:worker"));

        var named = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal, Names = ["redis"] });
        Assert.Equal(["redis", "scheduler", "web", "worker"], named.Nodes.Order());
        Assert.Contains("ready:redis", After(named, "resume:default"));
        Assert.Contains("redis", Planner.Plan(Nautobot, GraphOperation.Stop, new PlanOptions { DrainMode = DrainMode.Signal }).Nodes);
    }

    [Fact]
    public void In_the_mode_signal_each_worker_starts_when_its_own_process_is_gone_and_all_are_told_to_stop()
    {
        var plan = Planner.Plan(Workers(2), GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Signal });
        Assert.Equal(["suspend:q"], After(plan, "signal:w1"));
        Assert.Equal(["signal:w1"], After(plan, "stop:w1"));
        Assert.Equal(["signal:w1", "signal:w2", "stop:w1"], After(plan, "start:w1").Order());
        Assert.Equal(["stop:w1", "stop:w2"], After(plan, "resume:q").Order());
    }

    [Fact]
    public void A_mode_and_a_level_at_once_are_refused()
    {
        var both = new PlanOptions { DrainMode = DrainMode.Wait, DrainLevel = DrainLevel.Quiescent };
        Assert.Equal(
            OpsError.InvalidArgument,
            Assert.Throws<OpsRestartException>(() => Planner.Plan(Nautobot, GraphOperation.Restart, both)).Error
        );
    }

    [Fact]
    public void A_switch_of_the_whole_run_to_kill_is_never_the_end_of_a_datastore()
    {
        var graph = Nautobot with
        {
            Nodes = [.. Nautobot.Nodes.Select(static n => n.Name == "redis" ? n with { StopTimeout = TimeSpan.FromMinutes(1) } : n)],
        };
        var plan = Planner.Plan(graph, GraphOperation.Stop, new PlanOptions { DrainMode = DrainMode.None, StopTimeout = TimeSpan.Zero });
        Assert.Equal(TimeSpan.Zero, plan.Steps.Single(static s => s.Id == "stop:worker").Timeout);
        Assert.Equal(TimeSpan.FromMinutes(1), plan.Steps.Single(static s => s.Id == "stop:redis").Timeout);
        Assert.Null(plan.Steps.Single(static s => s.Id == "stop:postgresql").Timeout);
    }

    [Fact]
    public void StartsAfter_and_stopsAfter_order_one_direction_only()
    {
        var graph = new ServiceGraph
        {
            Name = "g",
            Nodes = [Node("proxy") with { StartsAfter = ["web"] }, Node("web"), Node("agent") with { StopsAfter = ["web"] }],
        };
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());
        Assert.Equal(["start:web", "stop:proxy"], After(plan, "start:proxy").Order());
        Assert.Empty(After(plan, "stop:proxy"));
        Assert.Equal(["stop:web"], After(plan, "stop:agent"));
        Assert.Equal(["stop:agent"], After(plan, "start:agent"));
        Assert.Empty(After(plan, "stop:web"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public void Edges_grow_with_services_and_not_with_producers_times_consumers(DrainMode? mode)
    {
        const int Each = 2_000;
        var hook = new GraphHook { Name = "migrate", Command = ["true"] };
        var plan = Planner.Plan(Workers(Each, Each), GraphOperation.Restart, new PlanOptions { DrainMode = mode, Hook = hook });
        Assert.InRange(plan.Steps.Sum(static s => s.After.Count), 2 * Each, 40 * Each);
        Assert.Equal(plan.Steps.Count, Rows(plan));
    }

    [Fact]
    public void A_chain_of_twenty_thousand_services_has_a_plan()
    {
        var nodes = Enumerable.Range(0, 20_000).Select(static i => i == 0 ? Node("n0") : Node($"n{i}", $"n{i - 1}")).ToList();
        var plan = Planner.Plan(new ServiceGraph { Name = "chain", Nodes = nodes }, GraphOperation.Restart, new PlanOptions());
        Assert.Equal(40_001, plan.Steps.Count);
        Assert.Equal("stop:n19999", plan.Steps[0].Id);
        Assert.Equal(40_001, Rows(plan));
    }

    [Theory]
    [InlineData("celery")]
    [InlineData("rq")]
    public void A_stop_gives_back_its_suspension_before_the_broker_stops(string system)
    {
        var graph = Nautobot with { Queues = [Nautobot.Queues[0] with { System = system }] };
        var plan = Planner.Plan(graph, GraphOperation.Stop, new PlanOptions { DrainMode = DrainMode.Wait });
        Assert.Equal(["stop:worker"], After(plan, "resume:default"));
        Assert.Contains("resume:default", After(plan, "stop:redis"));
    }

    [Theory]
    [InlineData(DrainMode.Wait, "suspend:default,drain:default,resume:default", "drain:default", null)]
    [InlineData(DrainMode.Signal, "suspend:default,resume:default", "suspend:default", null)]
    [InlineData(DrainMode.SuspendOnly, "suspend:default,resume:default", "suspend:default", 30.0)]
    [InlineData(DrainMode.None, "suspend:default,resume:default", "suspend:default", 30.0)]
    public void Each_drain_mode_has_its_own_queue_steps(DrainMode mode, string queueSteps, string? before, double? killAfter)
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { DrainMode = mode });
        var kinds = new[] { StepKind.SuspendQueue, StepKind.DrainQueue, StepKind.ResumeQueue };
        Assert.Equal(queueSteps, string.Join(',', plan.Steps.Where(s => kinds.Contains(s.Kind)).Select(s => s.Id)));
        var stop = plan.Steps.Single(s => s.Id == "stop:worker");
        Assert.Equal(killAfter, stop.Timeout?.TotalSeconds);
        if (before is not null)
        {
            Assert.Contains(before, stop.After);
        }
    }

    [Fact]
    public void Producers_of_a_suspended_queue_stay_up_while_its_last_tasks_run()
    {
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { DrainMode = DrainMode.Wait });
        Assert.Contains("drain:default", After(plan, "stop:web"));
        Assert.Equal(["suspend:default"], After(plan, "drain:default"));
    }

    [Fact]
    public void A_hook_runs_when_all_is_stopped_and_the_datastores_are_ready_again()
    {
        var hook = new GraphHook { Name = "migrate", Command = ["true"] };
        var plan = Planner.Plan(Nautobot, GraphOperation.Restart, new PlanOptions { Hook = hook });
        Assert.Superset(
            new HashSet<string> { "stop:web", "stop:worker", "stop:scheduler", "ready:redis", "ready:postgresql" },
            After(plan, "hook:migrate").ToHashSet()
        );
        Assert.Contains("hook:migrate", After(plan, "start:worker"));
        Assert.DoesNotContain("hook:migrate", After(plan, "start:redis"));
    }

    [Fact]
    public void The_order_holds_through_nodes_that_are_left_out()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("db"), Node("cache", "db"), Node("web", "cache")] };
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions { Names = ["db", "web"], Only = true });
        Assert.Contains("stop:web", After(plan, "stop:db"));
        Assert.Contains("start:db", After(plan, "start:web"));
    }

    [Fact]
    public void An_unknown_name_says_what_was_probably_meant()
    {
        var error = Assert.Throws<OpsRestartException>(() =>
            Planner.Plan(Nautobot, GraphOperation.Stop, new PlanOptions { Names = ["worke"] })
        );
        Assert.Equal(OpsError.UnitNotFound, error.Error);
        Assert.Equal("Did you mean 'worker'?", error.Advice);
    }

    [Fact]
    public void A_protected_node_is_left_alone_unless_named_and_is_never_cut_off()
    {
        var graph = new ServiceGraph { Name = "g", Nodes = [Node("db"), Node("ldap") with { Protected = true }, Node("sso", "ldap")] };
        Assert.Equal(["db", "sso"], Planner.Plan(graph, GraphOperation.Restart, new PlanOptions()).Nodes);
        Assert.Equal(["ldap", "sso"], Planner.Plan(graph, GraphOperation.Restart, new PlanOptions { Names = ["ldap"] }).Nodes);

        var cut = graph with { Nodes = [Node("db"), Node("ldap", "db") with { Protected = true }] };
        var error = Assert.Throws<OpsRestartException>(() => Planner.Plan(cut, GraphOperation.Stop, new PlanOptions { Names = ["db"] }));
        Assert.Equal("ldap", error.Target);
    }

    private static ServiceGraph Workers(int consumers, int producers = 0)
    {
        var workers = Enumerable.Range(1, consumers).Select(static i => $"w{i}").ToList();
        var webs = Enumerable.Range(1, producers).Select(static i => $"web{i}").ToList();
        return new ServiceGraph
        {
            Name = "g",
            Nodes = [.. workers.Concat(webs).Select(static n => Node(n))],
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "celery",
                    Broker = "redis://",
                    FedBy = webs,
                    ConsumedBy = workers,
                },
            ],
        };
    }

    /// <summary>In the table of the plan, without its heading and the lines around.</summary>
    private static int Rows(ServiceGraphPlan plan) => PlanTable.Page(plan, int.MaxValue).Lines.Count - 6;

    private static IReadOnlyList<string> After(ServiceGraphPlan plan, string id) => plan.Steps.Single(s => s.Id == id).After;
}
