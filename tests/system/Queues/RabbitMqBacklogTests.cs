using OpsRestart.Adapters.Composition;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Probes;

namespace OpsRestart.Tests.System.Queues;

/// <summary>Backlogs of a real RabbitMQ, with what its management API measures.</summary>
[Collection("rabbitmq")]
public sealed class RabbitMqBacklogTests(RabbitServer server)
{
    private const string Queue = "backlog.mail";

    [Fact]
    public async Task There_is_a_warning_by_count_before_it_is_critical_and_missing_consumers_are_told()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queue);
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await LookAsync());
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooFewConsumers", await LookAsync(("minConsumers", 1)));
        for (var i = 0; i < 6; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 600_000);
        }

        await Eventually.IsTrueAsync(async () => (await LookAsync()).Reason == "NoWorkers");
        await mill.StartConsumerAsync(prefetch: 1);
        await Eventually.IsTrueAsync(async () => (await LookAsync(("minConsumers", 1))).Reason == "OK");
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await LookAsync(("warn", 5), ("crit", 10)));
        ProbeCheck.Is(ProbeStatus.Degraded, "TooMany", await LookAsync(("warn", 4), ("crit", 10)));
        var critical = await LookAsync(("warn", 2), ("crit", 4), ("minConsumers", 1));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooMany", critical);
        Assert.Equal([$"{Queue} waiting=5", $"{Queue} consumers=1"], critical.Measures.Select(static m => m.ToString()));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooFewConsumers", await LookAsync(("minConsumers", 2)));
    }

    [Fact]
    public async Task A_queue_in_which_nothing_is_done_is_stuck_and_one_that_grows_beside_its_workers_is_not()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queue);
        await mill.StartConsumerAsync(prefetch: 1);
        for (var i = 0; i < 40; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 300);
        }

        // Something is done all the time, which the statistics say up to 5 s late.
        (string, object?)[] patient = [("stuckAfter", "10s"), ("stuckOver", 3)];
        var seen = await LookAsync(patient);
        Assert.NotEqual("Stuck", seen.Reason);
        await mill.SendAsync(depth: 0, milliseconds: 600_000);
        for (var i = 0; i < 10; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 10);
        }

        // Then the consumer hangs in one message, with ten behind it.
        await Eventually.IsTrueAsync(async () => (await LookAsync(patient)).Reason == "Stuck", TimeSpan.FromSeconds(60));
        Assert.Equal(41, mill.Started);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Stuck", await LookAsync(patient));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await LookAsync(("stuckAfter", "1h"), ("stuckOver", 3)));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await LookAsync(("stuckAfter", "10s"), ("stuckOver", 10)));
    }

    [Fact]
    public async Task The_time_to_clear_is_by_the_queues_own_rate()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queue);
        for (var i = 0; i < 400; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 200);
        }

        await mill.StartConsumerAsync(prefetch: 1);
        ProbeResult? result = null;
        await Eventually.IsTrueAsync(
            async () => (result = await LookAsync(("timeToClear", "10h"), ("sample", "5s"))).Reason == "OK",
            TimeSpan.FromSeconds(60)
        );

        // One message takes 200 ms and more: no more than five a second.
        var clear = result!.Measures.Single(static m => m.Unit == "s" && m.Name.EndsWith("clear", StringComparison.Ordinal));
        var waiting = result.Measures.Single(static m => m.Name.EndsWith("waiting", StringComparison.Ordinal));
        Assert.True(clear.Value > waiting.Value / 6, $"{clear} {waiting}: {result.Detail}");
        Assert.Equal("36000", clear.Crit);
        ProbeCheck.Is(
            ProbeStatus.Degraded,
            "TooSlow",
            await LookAsync(("warnTimeToClear", "1s"), ("timeToClear", "10h"), ("sample", "5s"))
        );
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooSlow", await LookAsync(("timeToClear", "1s"), ("sample", "5s")));
    }

    private async Task<ProbeResult> LookAsync(params (string, object?)[] settings)
    {
        await using var session = new OpsSession();
        var probe = ProbeCheck.Define(
            "backlog",
            server.Address,
            [.. settings, ("system", "rabbitmq"), ("queues", Queue), ("management", server.Management)]
        );
        return (await session.CheckAsync([probe with { Timeout = TimeSpan.FromSeconds(60) }], default))[0];
    }
}
