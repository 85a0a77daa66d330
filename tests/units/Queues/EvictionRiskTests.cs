using OpsRestart.Adapters.Queues;

namespace OpsRestart.Tests.Units.Queues;

public sealed class EvictionRiskTests
{
    [Theory]
    [InlineData("allkeys-lru", true)]
    [InlineData("allkeys-random", true)]
    [InlineData("volatile-ttl", false)]
    [InlineData("noeviction", false)]
    public void Only_policies_over_all_keys_touch_tasks(string policy, bool expected) =>
        Assert.Equal(
            expected,
            EvictionRisk.Judge($"# Memory\r\nmaxmemory:1000\r\nmaxmemory_policy:{policy}\r\n", "redis://localhost").Count == 1
        );

    [Fact]
    public void A_server_that_does_not_tell_is_no_finding() => Assert.Empty(EvictionRisk.Judge("", "redis://localhost"));
}
