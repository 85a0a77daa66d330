using OpsRestart.Adapters.Queues.Celery.OverAmqp;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Queues;

public sealed class AmqpRateLimitsTests
{
    [Theory]
    [InlineData("""["load.chain", "load.sleep"]""", null)]
    [InlineData("""["load.chain", "load.limited [rate_limit=60/m]"]""", 1.0)]
    [InlineData("""["a [rate_limit=6/m]", "b [rate_limit=100/s]"]""", 10.0)]
    [InlineData("""["a [exchange=x rate_limit=1.5/h]"]""", 2400.0)]
    [InlineData("""["a [rate_limit=4]"]""", 0.25)]
    [InlineData("""["a [rate_limit=0]"]""", 0.0)]
    [InlineData("""{"error": "KeyError"}""", null)]
    public void The_slowest_rate_says_how_long_a_task_can_hide(string registered, double? seconds) =>
        Assert.Equal(seconds, AmqpRateLimits.SlowestPeriod([ForeignJson.Parse(registered)])?.TotalSeconds);
}
