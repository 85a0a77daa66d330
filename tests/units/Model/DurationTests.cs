namespace OpsRestart.Tests.Units.Model;

public sealed class DurationTests
{
    [Theory]
    [InlineData("30", 30_000)]
    [InlineData("30s", 30_000)]
    [InlineData("500ms", 500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2d", 172_800_000)]
    [InlineData("2s579ms", 2_579)]
    [InlineData("00:05:00", 300_000)]
    [InlineData(" 10 s ", 10_000)]
    public void Reads_what_admins_write(string text, double milliseconds) =>
        Assert.Equal(milliseconds, Duration.Parse(text).TotalMilliseconds);

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("-5s")]
    [InlineData("5 parsecs")]
    [InlineData("1e400")]
    [InlineData("-00:01:00")]
    public void Refuses_what_is_no_duration(string text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData(0.44, "0.4s")]
    [InlineData(12, "12s")]
    [InlineData(250, "4m 10s")]
    [InlineData(11_100, "3h 5m")]
    [InlineData(788_400, "9d 3h")]
    [InlineData(300, "5m")]
    public void Prints_the_two_largest_units(double seconds, string expected) =>
        Assert.Equal(expected, Duration.Format(TimeSpan.FromSeconds(seconds)));
}
