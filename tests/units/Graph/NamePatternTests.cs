using OpsRestart.Core.Text;

namespace OpsRestart.Tests.Units.Graph;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("*.service", "a.service", true)]
    [InlineData("*.service", "a.socket", false)]
    [InlineData("celery@*.service", "celery@a.service", true)]
    [InlineData("celery@*.service", "xcelery@a.service", false)]
    [InlineData("web-?.service", "web-1.service", true)]
    [InlineData("web-?.service", "web-12.service", false)]
    [InlineData("web-[a-c].service", "web-b.service", true)]
    [InlineData("web-[!a-c].service", "web-b.service", false)]
    [InlineData("web-[!a-c].service", "web-d.service", true)]
    [InlineData("a.b.service", "aXb.service", false)]
    [InlineData("open[.service", "open[.service", true)]
    public void Shell_patterns_match_whole_names(string pattern, string id, bool expected) =>
        Assert.Equal(expected, NameMatch.Matches(id, pattern));
}
