using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Runs;

public sealed class FailureTests : RunTest
{
    [Fact]
    public async Task A_start_that_fails_once_is_named_with_its_log_and_everything_comes_back()
    {
        await using var unit = await Units.InstallAsync(
            (
                "t-fails-once",
                Units.Service(
                    "/bin/sleep infinity",
                    "ExecStartPre=/bin/sh -c 'if rm /run/t-fails-once 2>/dev/null; then echo configuration is broken >&2; exit 7; fi'"
                )
            )
        );
        await Shell.BashAsync("rm -f /run/t-fails-once");
        await UpAsync("t-fails-once", "t-listens", "t-plain");
        await Shell.BashAsync("touch /run/t-fails-once");

        var run = await RunAsync(
            Graph(Node("t-listens") with { Ready = [Tcp(7101)] }, Node("t-fails-once", "t-listens"), Node("t-plain", "t-fails-once")),
            GraphOperation.Restart
        );

        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
        Assert.Contains("t-fails-once did not start", run.Failure, StringComparison.Ordinal);
        Assert.Contains("configuration is broken", run.Failure, StringComparison.Ordinal);
        Assert.Empty(run.Left);
        await AssertRunningAsync("t-fails-once", "t-listens", "t-plain");
    }

    [Fact]
    public async Task When_it_can_not_come_back_the_rest_does_and_what_is_left_is_listed()
    {
        await using var unit = await Units.InstallAsync(
            ("t-fails-now", Units.Service("/bin/sleep infinity", "ExecStartPre=/bin/sh -c 'test ! -e /run/t-fails-now'"))
        );
        await UpAsync("t-fails-now", "t-plain", "t-listens");
        await Shell.BashAsync("touch /run/t-fails-now");
        try
        {
            var run = await RunAsync(
                Graph(Node("t-listens"), Node("t-fails-now", "t-listens"), Node("t-plain", "t-fails-now")),
                GraphOperation.Restart
            );
            Assert.Equal(RunOutcome.KnownBadState, run.Outcome);
            Assert.Equal(["t-fails-now (t-fails-now) was running and is failed"], run.Left);
            await AssertRunningAsync("t-plain", "t-listens");
        }
        finally
        {
            await Shell.BashAsync("rm -f /run/t-fails-now");
        }
    }

    [Theory]
    [InlineData("t-fail-start", "did not start: its job ended with 'failed' (exit-code, status 7)")]
    [InlineData("t-missing-exec-strict", "did not start: its job ended with 'failed' (exit-code, status 203)")]
    // Whether the job still is "done" when the process is gone already is systemd's race, not ours to win.
    [InlineData("t-missing-exec", "(exit-code, status 203)")]
    [InlineData("t-exit-at-once", "(exit-code, status 5)")]
    [InlineData("t-start-timeout", "did not start")]
    public async Task A_start_that_fails_says_why(string unit, string expected)
    {
        var run = await RunAsync(Graph(Node(unit)), GraphOperation.Start);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(OpsError.ServiceFailed, run.Error);
        Assert.StartsWith(unit + " ", run.Failure, StringComparison.Ordinal);
        Assert.Contains(expected, run.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_loop_never_settles()
    {
        var run = await RunAsync(Graph(Node("t-crash-loop") with { StableFor = TimeSpan.FromSeconds(3) }), GraphOperation.Start);
        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Equal(StepStatus.Failed, Step(run, "settle:t-crash-loop").Status);
        Pace.AssertWithin(Step(run, "settle:t-crash-loop").Took, TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_unit_that_dies_while_being_probed_ends_the_wait_at_once()
    {
        var run = await RunAsync(Graph(Node("t-dies-soon") with { Ready = [Tcp(7199, withinSeconds: 30)] }), GraphOperation.Start);
        var ready = Step(run, "ready:t-dies-soon");
        Assert.Equal(StepStatus.Failed, ready.Status);
        Assert.Contains("while it was being probed", ready.ErrorMessage, StringComparison.Ordinal);
        Pace.AssertWithin(ready.Took, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_probe_that_never_passes_is_a_failure_and_nothing_goes_on_behind_it()
    {
        var run = await RunAsync(
            Graph(Node("t-never-listens") with { Ready = [Tcp(7103, withinSeconds: 1)] }, Node("t-plain", "t-never-listens")),
            GraphOperation.Start
        );
        Assert.Equal(OpsError.ReadyTimeout, run.Error);
        Assert.Equal(StepStatus.Skipped, Step(run, "start:t-plain").Status);
        Assert.Equal("inactive", await Systemctl.StateAsync("t-plain"));
    }

    [Theory]
    [InlineData("t-masked", "UnitMasked")]
    [InlineData("t-there-is-no-such-unit", "UnitNotFound")]
    public async Task Preflight_refuses_what_can_not_start_before_anything_is_touched(string unit, string code)
    {
        await UpAsync("t-plain");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var run = await RunAsync(Graph(Node("t-plain"), Node(unit, "t-plain")), GraphOperation.Restart);
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains(run.Findings, f => f.Code == code);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
    }

    [Theory]
    [InlineData("true", RunOutcome.Done)]
    [InlineData("false", RunOutcome.RolledBack)]
    [InlineData("no-such-command", RunOutcome.RolledBack)]
    public async Task A_hook_runs_between_stop_and_start(string command, RunOutcome expected)
    {
        await UpAsync("t-plain");
        var hook = new GraphHook { Name = "migrate", Command = ["sh", "-c", $"systemctl is-active t-plain >/run/t-hook; {command}"] };
        var run = await RunAsync(Graph(Node("t-plain")), GraphOperation.Restart, plan: new PlanOptions { Hook = hook });
        Assert.Equal(expected, run.Outcome);
        Assert.Equal("inactive", await Shell.BashAsync("cat /run/t-hook"));
        await AssertRunningAsync("t-plain");
    }

    [Fact]
    public async Task A_hook_that_hangs_is_ended_with_its_children()
    {
        await UpAsync("t-plain");
        var hook = new GraphHook
        {
            Name = "migrate",
            Command = ["sh", "-c", "sleep 4711 & sleep 4711"],
            Timeout = TimeSpan.FromSeconds(1),
        };
        var run = await RunAsync(Graph(Node("t-plain")), GraphOperation.Restart, plan: new PlanOptions { Hook = hook });
        Assert.Equal(StepStatus.TimedOut, Step(run, "hook:migrate").Status);
        await AssertRunningAsync("t-plain");
        await Eventually.IsTrueAsync(async () => (await Shell.RunAsync("pgrep", ["-xf", "sleep 4711"])).ExitCode != 0);
    }

    [Fact]
    public async Task A_failing_configuration_check_refuses_the_run()
    {
        await UpAsync("t-plain");
        var run = await RunAsync(
            Graph(Node("t-plain") with { Check = ["sh", "-c", "echo line 3: syntax error >&2; exit 1"] }),
            GraphOperation.Restart
        );
        Assert.Equal(RunOutcome.Refused, run.Outcome);
        Assert.Contains("line 3: syntax error", run.Failure, StringComparison.Ordinal);
    }
}
