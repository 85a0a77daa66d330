using OpsRestart.Adapters.Probes;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Limits are one mechanism: whatever has a number takes them in the same words.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData("60", null, 60.0, null, ProbeStatus.Healthy)]
    [InlineData("60", null, 60.5, "TooHigh", ProbeStatus.Unhealthy)]
    [InlineData("60", "30", 30.5, "TooHigh", ProbeStatus.Degraded)]
    [InlineData("10:", null, 9.0, "TooLow", ProbeStatus.Unhealthy)]
    [InlineData("10:", null, 1e9, null, ProbeStatus.Healthy)]
    [InlineData("10:60", "20:50", 15.0, "TooLow", ProbeStatus.Degraded)]
    [InlineData("10:60", "20:50", 61.0, "TooHigh", ProbeStatus.Unhealthy)]
    [InlineData("~:60", null, -5.0, null, ProbeStatus.Healthy)]
    [InlineData(":60", null, 61.0, "TooHigh", ProbeStatus.Unhealthy)]
    public void A_number_is_held_to_ranges(string crit, string? warn, double value, string? reason, ProbeStatus status)
    {
        var verdict = Read(("crit", crit), ("warn", warn)).Judge(value, "n", "It is", "Look.");

        Assert.Equal((status, reason ?? "OK"), (verdict.Status, verdict.Reason));
        Assert.Equal(value, Assert.Single(verdict.Measures).Value);
    }

    [Fact]
    public void One_bound_each_says_the_same()
    {
        var ranges = Read(("crit", "10:60"), ("warn", "20:50"));
        var bounds = Read(("min", 10), ("max", 60), ("warnMin", 20), ("warnMax", 50));

        Assert.Equal(ranges.Bounds, bounds.Bounds);
        Assert.Equal(("20:50", "10:60"), (Measure(ranges).Warn, Measure(ranges).Crit));
    }

    [Theory]
    [InlineData("crit", "much", null, null, "is no limit: 'much'")]
    [InlineData("crit", ":", null, null, "is no limit")]
    [InlineData("crit", "1:2:3", null, null, "is no limit")]
    [InlineData("crit", "60:10", null, null, "nothing is in")]
    [InlineData("crit", "60", "max", "60", "says the same as 'max'")]
    [InlineData("warn", "60", "crit", "30", "nobody would be warned")]
    [InlineData("warnMax", "60", "max", "30", "nobody would be warned")]
    [InlineData("warn", "10:", "crit", "20:", "nobody would be warned")]
    public void What_can_not_be_meant_is_found(string key, string value, string? other, string? otherValue, string says)
    {
        List<(string, object?)> settings = [(key, value), ("postgres", "postgres://localhost/")];
        if (other is not null)
        {
            settings.Add((other, otherValue));
        }

        var findings = Check.Findings("sql", "select 1", [.. settings]);

        Assert.Contains(findings, f => f.Message.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0s", null, ProbeStatus.Degraded, "maxLatency is 0 ms")]
    [InlineData(null, "0s", ProbeStatus.Unhealthy, "critLatency is 0 ms")]
    [InlineData("0s", "0s", ProbeStatus.Unhealthy, "critLatency is 0 ms")]
    [InlineData("1h", "2h", ProbeStatus.Healthy, "port")]
    public async Task Every_kind_has_a_warning_and_a_critical_latency(string? warn, string? crit, ProbeStatus status, string says)
    {
        await using var server = FakeServer.Silent();
        var result = await Check.RunAsync("tcp", server.Address, [.. Given(("maxLatency", warn), ("critLatency", crit))]);

        Assert.True(status == result.Status, $"{result}: {result.Detail}");
        Assert.Equal(status == ProbeStatus.Healthy ? "Connected" : "Slow", result.Reason);
        Assert.Equal("s", Assert.Single(result.Measures, static m => m.Name == "time").Unit);
        Assert.True(status == ProbeStatus.Healthy || result.Detail.Contains(says, StringComparison.Ordinal), result.Detail);
    }

    [Fact]
    public void A_disk_takes_shares_and_sizes_and_less_is_what_is_bad()
    {
        Assert.Empty(Check.Findings("disk", "/", ("warn", "20%"), ("crit", "5GiB")));
        Assert.Contains(
            "says the same",
            Check.Findings("disk", "/", ("crit", "20%"), ("minFree", "5GiB"))[0].Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("0%", ProbeStatus.Healthy)]
    [InlineData("100%", ProbeStatus.Unhealthy)]
    [InlineData("1000T:", ProbeStatus.Unhealthy)]
    public async Task The_room_on_a_disk_is_a_number_with_its_limit(string crit, ProbeStatus status)
    {
        var result = await Check.RunAsync("disk", Path.GetTempPath(), ("crit", crit));

        Assert.Equal(status, result.Status);
        var free = Assert.Single(result.Measures);
        Assert.Equal(("free", "B"), (free.Name, free.Unit));
        Assert.EndsWith(":", free.Crit, StringComparison.Ordinal);
    }

    private static ProbeMeasure Measure(ProbeLimits limits) => Assert.Single(limits.Judge(30, "n", "It is", "").Measures);

    private static IEnumerable<(string, object?)> Given(params (string Key, object? Value)[] settings) =>
        settings.Where(static s => s.Value is not null);

    private static ProbeLimits Read(params (string Key, object? Value)[] settings)
    {
        var reader = new ProbeSettings(Check.Define("x", "y", [.. Given(settings)]));
        var limits = ProbeLimits.Read(reader);
        Assert.Empty(reader.Complete());
        return limits;
    }
}
