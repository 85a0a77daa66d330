using OpsRestart.Core.Text;

namespace OpsRestart.Tests.Units.Text;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("need", "needs")]
    [InlineData("NEEDS", "needs")]
    [InlineData("stoptimeout", "stopTimeout")]
    [InlineData("unti", "unit")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Finds_what_was_probably_meant(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Of(written, ["unit", "needs", "stopTimeout", "startTimeout"]));

    [Theory]
    [InlineData("postgres", "postgresql")]
    [InlineData("wroker", "worker")]
    [InlineData("zebra", null)]
    public void Finds_the_service_that_was_probably_meant(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Of(written, ["worker", "web", "postgresql"]));

    [Fact]
    public void Has_no_advice_when_nothing_is_known() => Assert.Null(NearestName.Advice("web", []));
}
