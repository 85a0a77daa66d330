using OpsRestart.Core.Text;

namespace OpsRestart.Tests.Units.Graph;

public sealed class NameMatchTests
{
    [Theory]
    [InlineData("celery@critical", "celery@*", true)]
    [InlineData("celery@critical", "celery@", false)]
    [InlineData("web1", "web?", true)]
    [InlineData("web12", "web?", false)]
    [InlineData("weba", "web[abc]", true)]
    [InlineData("webd", "web[!abc]", true)]
    [InlineData("a.b", "a.b", true)]
    [InlineData("axb", "a.b*", false)]
    [InlineData("Web", "web", false)]
    public void Matches_as_a_shell_does(string name, string pattern, bool expected) =>
        Assert.Equal(expected, NameMatch.Matches(name, pattern));
}
