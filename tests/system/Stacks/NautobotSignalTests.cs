using System.Diagnostics;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>The command as a process, on the Nautobot stack: interrupted, killed, and started twice.</summary>
[Collection("nautobot")]
public sealed class NautobotSignalTests(NautobotStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    [Fact]
    public async Task Interrupted_in_the_drain_it_puts_everything_back()
    {
        await LongTaskAsync(12);
        var worker = await InvocationAsync(NautobotStack.Worker);
        using var command = Restart("nautobot");
        await command.UntilAsync("stop web: done");
        await command.UntilAsync("stop scheduler: done");
        var clock = Stopwatch.StartNew();
        await command.SignalAsync("INT");
        var result = await command.EndAsync();

        Output.WriteLine($"back after {clock.Elapsed.TotalSeconds:0.0} s\n{result.Errors}\n{result.Output}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cancelled; everything is back as it was", result.Output, StringComparison.Ordinal);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(20));
        await AssertAllRunAsync();
        Assert.Equal(worker, await InvocationAsync(NautobotStack.Worker));
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task In_the_mode_signal_the_web_tier_answers_while_a_worker_still_finishes_its_task()
    {
        await LongTaskAsync(30);
        await AssertWebComesBackAtOnceAsync("nautobot", "http://127.0.0.1:8000/health/", "worker", "redis-server", "postgresql@15-main");
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task Interrupted_while_a_worker_stops_it_starts_it_again_when_its_task_is_done()
    {
        await LongTaskAsync(6);
        using var command = Restart("nautobot", "-n", "worker", "--only", "--drain-mode", "signal");
        await command.UntilAsync("suspend default: done");
        await Eventually.IsTrueAsync(async () => await Systemctl.StateAsync(NautobotStack.Worker) == "deactivating");
        var clock = Stopwatch.StartNew();
        await command.SignalAsync("INT");
        var result = await command.EndAsync();

        Output.WriteLine($"back after {clock.Elapsed.TotalSeconds:0.0} s\n{result.Errors}\n{result.Output}");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("everything is back as it was", result.Output, StringComparison.Ordinal);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(30));
        await AssertAllRunAsync();
        Assert.Empty(Session.Suspensions.List());
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task Killed_in_a_suspension_the_next_call_tells_and_resumes()
    {
        await LongTaskAsync(6);
        using var command = Restart("nautobot", "-n", "worker", "--only");
        await command.UntilAsync("suspend default: done");
        await command.SignalAsync("KILL");
        await stack.QueueAsync("work", 0.1, count: 5);
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountActiveQueuesAsync() == 0);

        var status = await OpsRestartAsync("status", "nautobot");
        Assert.Contains("opsrestart: Left suspended: celery redis://localhost:6379/0", status.Errors, StringComparison.Ordinal);
        Assert.Contains("opsrestart resume", status.Errors, StringComparison.Ordinal);
        var resumed = await OpsRestartAsync("resume", "nautobot");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Contains("default: resumed", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing is left suspended.", (await OpsRestartAsync("resume", "nautobot")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Left suspended", (await OpsRestartAsync("status", "nautobot")).Errors, StringComparison.Ordinal);
        await AssertNothingLostAsync(atLeast: 6);
    }

    [Fact]
    public async Task Of_two_operators_the_second_is_refused_and_told_who_the_first_is()
    {
        // Its task is held, so the first one is at it still when the others come, whatever time they take.
        await LongTaskAsync(6);
        await Shell.BashAsync($"pkill -STOP -P $(systemctl show -P MainPID {NautobotStack.Worker})");
        using var first = Restart("nautobot", "-n", "worker", "--only");
        await first.UntilAsync("suspend default: done");
        var second = await OpsRestartAsync("restart", "nautobot");

        Assert.Equal(6, second.ExitCode);
        Assert.Contains(FormattableString.Invariant($"a restart by root since "), second.Errors, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"pid {first.Pid}"), second.Errors, StringComparison.Ordinal);
        var resume = await OpsRestartAsync("resume", "nautobot");
        Assert.Equal(6, resume.ExitCode);
        Assert.Contains("which still runs", resume.Errors, StringComparison.Ordinal);
        await Systemctl.RunAsync("kill", "--signal=CONT", NautobotStack.Worker);
        Assert.Equal(0, (await first.EndAsync()).ExitCode);
        await AssertNothingLostAsync();
    }

    private async Task LongTaskAsync(double seconds)
    {
        await stack.QueueAsync("work", Pace.Outlasting(seconds));
        await Eventually.IsTrueAsync(async () => await NautobotStack.CountStartedAsync() >= 1);
    }
}
