using System.Globalization;
using System.Text;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Limits of a counter's growth, and limits that have to be passed for some time.</summary>
public sealed class MetricRateTests
{
    [Theory]
    [InlineData("0.001:", ProbeStatus.Healthy, "OK")]
    [InlineData("1000000:", ProbeStatus.Unhealthy, "TooLow")]
    public async Task The_growth_of_a_counter_is_judged_not_its_value(string crit, ProbeStatus status, string reason)
    {
        await using var server = Pages(100, 150);
        var result = await Check.RunAsync(Definition(server, ("rate", true), ("sample", "50ms"), ("crit", crit)));
        Assert.Equal((status, reason), (result.Status, result.Reason));
    }

    [Fact]
    public async Task A_counter_that_stands_still_grows_by_nothing()
    {
        await using var server = Pages(100, 100);
        var result = await Check.RunAsync(Definition(server, ("rate", true), ("sample", "20ms"), ("crit", "0.001:")));
        Assert.Equal(("TooLow", 0), (result.Reason, result.Measures[0].Value));
    }

    [Fact]
    public async Task What_is_beyond_a_limit_for_a_moment_only_does_not_count()
    {
        await using var server = Pages(9, 1);
        Assert.Equal("OK", (await Check.RunAsync(Definition(server, ("crit", "5"), ("for", "200ms")))).Reason);
    }

    [Fact]
    public async Task What_stays_beyond_a_limit_is_told()
    {
        await using var server = Pages(9);
        var result = await Check.RunAsync(Definition(server, ("crit", "5"), ("for", "200ms")));
        Assert.Equal("TooHigh", result.Reason);
        Assert.Contains("So it was for", result.Detail, StringComparison.Ordinal);
    }

    private static ProbeDefinition Definition(FakeServer server, params (string, object?)[] settings) =>
        Check.Define("metric", $"http://{server.Address}/metrics", [("name", "done_total"), .. settings]) with
        {
            Timeout = TimeSpan.FromSeconds(60),
        };

    /// <summary>A page with the next value for each request; the last stays.</summary>
    private static FakeServer Pages(params int[] values)
    {
        var next = -1;
        return new(
            async (stream, cancellationToken) =>
            {
                _ = await stream.ReadAtLeastAsync(new byte[4096], 1, cancellationToken: cancellationToken);
                var value = values[Math.Min(Interlocked.Increment(ref next), values.Length - 1)];
                var body = string.Create(CultureInfo.InvariantCulture, $"# TYPE done_total counter\ndone_total {value}\n");
                var head = $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body), cancellationToken);
            }
        );
    }
}
