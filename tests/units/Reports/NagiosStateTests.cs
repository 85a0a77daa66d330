using OpsRestart.Core.Reports;

namespace OpsRestart.Tests.Units.Reports;

public sealed class NagiosStateTests
{
    private static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromSeconds(120);

    [Fact]
    public void What_was_written_is_read_again()
    {
        var text = NagiosState.Write(NagiosReport.Of(NagiosReport.Warning, "slow | and\nmore", Now));

        Assert.Equal("1772366400|1|WARNING|slow / and more\n", text);
        var read = NagiosState.Read(text, "/f", TwoMinutes, Now.AddSeconds(120));
        Assert.Equal((1, "WARNING", "slow / and more", Now), (read.ExitCode, read.State, read.Text, read.CheckedAt));
    }

    [Fact]
    public void What_is_older_than_asked_for_is_unknown_and_says_what_it_said()
    {
        var read = NagiosState.Read(NagiosState.Write(NagiosReport.Of(0, "all is well", Now)), "/f", TwoMinutes, Now.AddSeconds(121));

        Assert.Equal((3, "UNKNOWN"), (read.ExitCode, read.State));
        Assert.Equal("/f is 2m 1s old, more than 2m: what writes it does not run. It said OK: all is well", read.Text);
    }

    [Fact]
    public void What_comes_from_the_future_is_unknown() =>
        Assert.Equal(3, NagiosState.Read("1772366400|0|OK|x", "/f", TwoMinutes, Now.AddHours(-1)).ExitCode);

    /// <summary>Zulip's plugins write a time with a fraction.</summary>
    [Fact]
    public void What_another_plugin_wrote_is_read() =>
        Assert.Equal(
            "CRITICAL: queue at 99",
            NagiosState.Read("1772366400.25|2|CRITICAL|queue at 99", "/f", TwoMinutes, Now.AddSeconds(5)).Line
        );

    [Theory]
    [InlineData("")]
    [InlineData("1772366400|0|OK")]
    [InlineData("1772366400|0|OK|x|y")]
    [InlineData("soon|0|OK|x")]
    [InlineData("NaN|0|OK|x")]
    [InlineData("1e300|0|OK|x")]
    [InlineData("1772366400|4|WORSE|x")]
    [InlineData("1772366400|-1|OK|x")]
    public void What_is_no_result_is_unknown(string text) => Assert.Equal(3, NagiosState.Read(text, "/f", TwoMinutes, Now).ExitCode);
}
