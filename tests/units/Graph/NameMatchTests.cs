using OpsRestart.Core.Graph;

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
    public void Matches_as_a_shell_does(string name, string pattern, bool expected) => Assert.Equal(expected, NameMatch.Matches(name, pattern));

    [Theory]
    [InlineData("postgres", "postgresql")]
    [InlineData("wroker", "worker")]
    [InlineData("zebra", null)]
    public void Finds_what_was_probably_meant(string typed, string? expected) => Assert.Equal(expected, NameMatch.Nearest(typed, ["worker", "web", "postgresql"]));
}
