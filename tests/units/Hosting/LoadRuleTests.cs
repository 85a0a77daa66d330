using OpsRestart.Hosting;

namespace OpsRestart.Tests.Units.Hosting;

public sealed class LoadRuleTests
{
    [Theory]
    [InlineData("OpsRestart.Module", true, LoadDecision.Private)]
    [InlineData("OpsRestart.Core", true, LoadDecision.Private)]
    [InlineData("Npgsql", true, LoadDecision.Private)]
    [InlineData("System.Threading.RateLimiting", true, LoadDecision.Private)]
    [InlineData("OpsRestart", true, LoadDecision.Shared)]
    [InlineData("opsrestart", true, LoadDecision.Shared)]
    [InlineData("System.Management.Automation", true, LoadDecision.Shared)]
    [InlineData("System.Management.Automation", false, LoadDecision.Shared)]
    [InlineData("System.Runtime", false, LoadDecision.Shared)]
    [InlineData("Newtonsoft.Json", false, LoadDecision.Shared)]
    [InlineData(null, true, LoadDecision.Shared)]
    public void Keeps_to_itself_what_lies_beside_the_module(string? name, bool beside, LoadDecision expected) =>
        Assert.Equal(expected, LoadRule.Decide(name, beside));
}
