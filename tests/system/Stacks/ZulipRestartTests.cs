using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Schedules;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>Restarts of Zulip while messages come in all the time, each of which is counted in every queue that it goes through.</summary>
[Collection("zulip")]
public sealed class ZulipRestartTests(ZulipStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    private static IReadOnlyList<string> Stores => ["rabbitmq-server", "redis-server", "memcached", "nginx", "supervisor"];

    [Fact]
    public async Task A_restart_under_load_loses_no_message_and_leaves_the_servers_alone()
    {
        await using var load = await ZulipLoad.StartAsync(seed: 1);
        var before = await Supervisorctl.PidsAsync();
        var servers = await Task.WhenAll(Stores.Select(InvocationAsync));
        var run = await RunAsync();
        var sent = await load.EndAsync();

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.DoesNotContain(run.Steps, static s => s.Status == StepStatus.Killed);
        var after = await Supervisorctl.PidsAsync();
        Assert.Equal([ZulipStack.Smokescreen], stack.Programs.Where(p => before[p] == after[p]));
        Assert.Equal(servers, await Task.WhenAll(Stores.Select(InvocationAsync)));
        await AssertAllRunAsync();
        await AssertNothingLostAsync(atLeast: sent);
        await Eventually.IsTrueAsync(async () => await ZulipStack.CountIndexedAsync() >= sent);
    }

    [Fact]
    public async Task Its_weekly_schedule_runs_the_same_restart_and_leaves_it_out_during_a_deployment()
    {
        // As schedule.ps1 registers it.
        var deployment = "/home/zulip/deployments/lock";
        var systemd = (SystemdServiceManager)await Session.Services.GetManagerAsync(ManagerTarget.Here, default);
        var store = Session.Schedules(systemd);
        var made = await store.RegisterAsync(
            new ServiceGraphSchedule
            {
                Name = ScheduleStore.Prefix + "zulip",
                Graph = "zulip",
                Operation = GraphOperation.Restart,
                Calendar = "Sun 06:00",
                SkipIf = [deployment],
            },
            Path.Combine(AppContext.BaseDirectory, "OpsRestart.Cli"),
            default
        );
        try
        {
            Assert.Equal(DayOfWeek.Sunday, made.Next?.DayOfWeek);
            await using var load = await ZulipLoad.StartAsync(seed: 2);
            var before = await Supervisorctl.PidsAsync();
            await Shell.BashAsync($"touch {deployment}; systemctl start {made.Name}.service; rm {deployment}");
            Assert.Equal(before, await Supervisorctl.PidsAsync());

            await Shell.BashAsync($"systemctl start {made.Name}.service", TimeSpan.FromMinutes(10));
            var sent = await load.EndAsync();
            var after = await Supervisorctl.PidsAsync();
            Assert.Equal([ZulipStack.Smokescreen], stack.Programs.Where(p => before[p] == after[p]));
            await AssertAllRunAsync();
            await AssertNothingLostAsync(atLeast: sent);
        }
        finally
        {
            await store.UnregisterAsync(made, default);
        }
    }

    [Fact]
    public async Task Workers_restart_one_at_a_time_while_the_others_go_on()
    {
        await using var load = await ZulipLoad.StartAsync(seed: 3);
        var runs = new List<ServiceGraphRun>();
        foreach (var worker in Graph.Nodes.Where(static n => n.Role == "worker"))
        {
            var run = await RunAsync(
                new PlanOptions
                {
                    Names = [worker.Name],
                    Only = true,
                    SkipValidation = true,
                }
            );
            Assert.Equal(RunOutcome.Done, run.Outcome);
            runs.Add(run);

            // As soon as one is back all are there.
            Assert.Empty(ZulipStack.Workers.Except((await Supervisorctl.PidsAsync()).Keys));
        }

        var sent = await load.EndAsync();
        Assert.Equal(ZulipStack.Workers.Count, runs.Count);
        foreach (var run in runs)
        {
            var node = run.Steps.First(static s => s.Kind == StepKind.Stop).Target;
            Assert.True(await ZulipStack.CountStartsAsync(BeginOf(run, "stop:" + node), EndOf(run, "ready:" + node)) > 0, node);
        }

        await AssertNothingLostAsync(atLeast: sent);
        await AssertAllRunAsync();
    }

    [Fact]
    public async Task A_restart_of_RabbitMQ_takes_along_all_that_uses_it_and_keeps_what_is_queued()
    {
        // More than is done until the workers stop.
        await stack.QueueAsync("stream", 2, count: 12, queue: "embed_links");
        var redis = await InvocationAsync("redis-server");
        var broker = await InvocationAsync("rabbitmq-server");
        var run = await RunAsync(new PlanOptions { Names = ["rabbitmq"] });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.NotEqual(broker, await InvocationAsync("rabbitmq-server"));
        Assert.Equal(redis, await InvocationAsync("redis-server"));
        var stopped = EndOf(run, "stop:worker@embed_links");
        Assert.True(stopped <= BeginOf(run, "stop:rabbitmq"), Describe(run));
        Assert.Equal(0, await ZulipStack.CountStartsAsync(stopped, EndOf(run, "ready:rabbitmq")));
        Assert.True((await stack.CountAsync()).Waiting > 0, "all was done before: this test proves nothing");
        await AssertNothingLostAsync(atLeast: 12);
        await AssertAllRunAsync();
    }
}
