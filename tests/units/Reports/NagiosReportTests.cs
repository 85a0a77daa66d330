using OpsRestart.Core.Reports;

namespace OpsRestart.Tests.Units.Reports;

public sealed class NagiosReportTests
{
    private static readonly DateTime Now = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(ProbeStatus.Healthy, 0, "OK")]
    [InlineData(ProbeStatus.Degraded, 1, "WARNING")]
    [InlineData(ProbeStatus.Unhealthy, 2, "CRITICAL")]
    [InlineData(ProbeStatus.Starting, 2, "CRITICAL")]
    [InlineData(ProbeStatus.Unknown, 3, "UNKNOWN")]
    public void Each_status_has_its_exit_code(ProbeStatus status, int code, string state)
    {
        var result = NagiosReport.Of([Result("redis", status)], null, Now);

        Assert.Equal((code, state), (result.ExitCode, result.State));
        Assert.StartsWith($"{state}: redis here: R. It says so. | 'time'=0.25s", result.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_worst_of_several_says_the_state_and_what_is_not_well_is_named_worst_first()
    {
        var result = NagiosReport.Of(
            [
                Result("redis", ProbeStatus.Healthy),
                Result("sql", ProbeStatus.Degraded),
                Result("oom", ProbeStatus.Unknown),
                Result("amqp", ProbeStatus.Unhealthy) with
                {
                    Node = "worker",
                },
            ],
            "chat",
            Now
        );

        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
            "chat: 3 of 4 checks: CRITICAL worker, amqp here: R. It says so.; UNKNOWN oom here: R. It says so.; "
                + "WARNING sql here: R. It says so.",
            result.Text
        );
        Assert.DoesNotContain('\n', result.Line);
    }

    [Fact]
    public void What_is_not_known_counts_more_than_a_warning_and_less_than_what_is_wrong()
    {
        Assert.Equal(3, NagiosReport.Of([Result("a", ProbeStatus.Degraded), Result("b", ProbeStatus.Unknown)], null, Now).ExitCode);
        Assert.Equal(2, NagiosReport.Of([Result("a", ProbeStatus.Unhealthy), Result("b", ProbeStatus.Unknown)], null, Now).ExitCode);
        Assert.Equal((3, "UNKNOWN: Nothing was checked."), (NagiosReport.Of([], null, Now).ExitCode, NagiosReport.Of([], null, Now).Line));
    }

    [Fact]
    public void What_others_said_can_neither_begin_the_numbers_nor_another_line()
    {
        var odd = Result("sql", ProbeStatus.Unhealthy) with
        {
            Detail = "a | b\nc \u001b[31m",
            Measures = [new ProbeMeasure { Name = "it's a=b|c", Value = 1 }],
        };

        var line = NagiosReport.Of([odd], null, Now).Line;

        Assert.Equal("CRITICAL: sql here: R. a / b c ␛[31m | 'it''s a_b_c'=1 'time'=0.25s", line);
    }

    [Fact]
    public void Numbers_carry_their_limits_and_of_several_results_whose_they_are()
    {
        var lag = new ProbeMeasure
        {
            Name = "lag",
            Value = 1048576,
            Unit = "B",
            Warn = "16777216",
            Crit = "83886080",
        };
        var free = new ProbeMeasure
        {
            Name = "free",
            Value = 0.1234567,
            Crit = "10:",
        };
        var one = Result("replication", ProbeStatus.Healthy) with { Measures = [lag] };
        var other = Result("disk", ProbeStatus.Healthy) with { Measures = [free], Latency = default };

        Assert.Equal("'lag'=1048576B;16777216;83886080 'time'=0.25s", NagiosReport.Of([one], null, Now).PerformanceData);
        Assert.Equal(
            "OK: 2 checks are good | 'replication here lag'=1048576B;16777216;83886080 'replication here time'=0.25s "
                + "'disk here free'=0.123457;;10:",
            NagiosReport.Of([one, other], null, Now).Line
        );
    }

    [Fact]
    public void A_text_without_end_is_cut()
    {
        var line = NagiosReport.Of([Result("sql", ProbeStatus.Unhealthy) with { Detail = new string('x', 10_000) }], null, Now).Text;

        Assert.Equal(2000, line.Length);
        Assert.EndsWith("…", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("time=0.012s;3;6;0", "time", 0.012, "s", "3", "6")]
    [InlineData("'/var log'=77%;80;90;0;100", "/var log", 77, "%", "80", "90")]
    [InlineData("load1=0.5;;", "load1", 0.5, "", null, null)]
    [InlineData("it=5c;@10:20;~:30", "it", 5, "c", "@10:20", "~:30")]
    [InlineData("'it''s'=-1.5e3B", "it's", -1500, "B", null, null)]
    public void What_a_plugin_measured_is_read(string text, string name, double value, string unit, string? warn, string? crit)
    {
        var measure = Assert.Single(PerformanceData.Read($"  {text}  "));

        Assert.Equal((name, value, unit, warn, crit), (measure.Name, measure.Value, measure.Unit, measure.Warn, measure.Crit));
    }

    [Fact]
    public void Of_several_numbers_those_that_are_none_are_left_out() =>
        Assert.Equal(["a=1", "b=2s"], PerformanceData.Read("a=1 =7 c=U d=1.2.3 nothing b=2s;;").Select(static m => m.ToString()));

    private static ProbeResult Result(string probe, ProbeStatus status) =>
        new()
        {
            Probe = probe,
            Target = "here",
            Status = status,
            Reason = "R",
            Detail = "It says so.",
            Latency = TimeSpan.FromMilliseconds(250),
            CheckedAt = Now,
        };
}
