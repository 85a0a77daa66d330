using System.Diagnostics;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

public sealed class JobTests : SystemdTest
{
    [Fact]
    public async Task Start_stop_and_restart_wait_for_their_jobs()
    {
        Assert.Equal(new ServiceJobResult("t-plain", ServiceJobStatus.Done, "done"), await Manager.StartAsync("t-plain", Token));
        var first = await GetAsync("t-plain");
        Assert.Equal(ServiceState.Running, first.State);

        Assert.Equal(ServiceJobStatus.Done, (await Manager.RestartAsync("t-plain", Token)).Status);
        var second = await GetAsync("t-plain");
        Assert.NotEqual(first.InvocationId, second.InvocationId);

        Assert.Equal(ServiceJobStatus.Done, (await Manager.StopAsync("t-plain", Token)).Status);
        Assert.Equal(ServiceState.Stopped, (await GetAsync("t-plain")).State);
    }

    [Fact]
    public async Task Nothing_to_do_is_unchanged()
    {
        await Shell.BashAsync("systemctl start t-plain");
        Assert.Equal(ServiceJobStatus.Unchanged, (await Manager.StartAsync("t-plain", Token)).Status);
        Assert.Equal(ServiceJobStatus.Done, (await Manager.StopAsync("t-plain", Token)).Status);
        Assert.Equal(ServiceJobStatus.Unchanged, (await Manager.StopAsync("t-plain", Token)).Status);
    }

    [Theory]
    [InlineData("t-slow-start", 1.9)]
    [InlineData("t-notify", 1.9)]
    [InlineData("t-oneshot-long", 2.9)]
    public async Task A_slow_start_is_waited_for(string unit, double seconds)
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(ServiceJobStatus.Done, (await Manager.StartAsync(unit, Token)).Status);
        Assert.True(clock.Elapsed.TotalSeconds >= seconds, $"{clock.Elapsed}");
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(seconds + 3));
    }

    [Fact]
    public async Task A_slow_stop_is_waited_for()
    {
        await Manager.StartAsync("t-slow-stop", Token);
        var clock = Stopwatch.StartNew();
        Assert.Equal(ServiceJobStatus.Done, (await Manager.StopAsync("t-slow-stop", Token)).Status);
        Assert.True(clock.Elapsed.TotalSeconds >= 1.9, $"{clock.Elapsed}");
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(5));
        Assert.Empty(await Manager.GetProcessesAsync("t-slow-stop", Token));
    }

    [Fact]
    public async Task A_unit_that_ignores_TERM_is_killed_and_the_result_says_so()
    {
        await Manager.StartAsync("t-ignores-term", Token);
        await Manager.StopAsync("t-ignores-term", Token);
        var service = await GetAsync("t-ignores-term");
        Assert.Equal(ServiceState.Failed, service.State);
        Assert.Equal("timeout", service.Result);
        Assert.Equal(TimeSpan.FromSeconds(2), service.StopTimeout);
    }

    [Fact]
    public async Task A_unit_that_never_stops_ends_by_a_kill_of_its_control_group()
    {
        await Manager.StartAsync("t-never-stops", Token);
        var stop = Manager.StopAsync("t-never-stops", Token);
        await Eventually.IsTrueAsync(async () => (await GetAsync("t-never-stops")).State == ServiceState.Stopping);
        Assert.False(stop.IsCompleted);
        await Manager.KillAsync("t-never-stops", 9, Token);
        Assert.Equal(ServiceJobStatus.Done, (await stop).Status);
        Assert.Empty(await Manager.GetProcessesAsync("t-never-stops", Token));
    }

    [Theory]
    [InlineData("t-fail-start", ServiceJobStatus.Failed, "failed", 7)]
    [InlineData("t-missing-exec-strict", ServiceJobStatus.Failed, "failed", 203)]
    public async Task A_failing_start_is_a_value(string unit, object status, string raw, int exitStatus)
    {
        Assert.Equal(new ServiceJobResult(unit, (ServiceJobStatus)status, raw), await Manager.StartAsync(unit, Token));
        var service = await GetAsync(unit);
        Assert.Equal(ServiceState.Failed, service.State);
        Assert.Equal("exit-code", service.Result);
        Assert.Equal(exitStatus, service.ExitStatus);
        await Manager.ResetFailedAsync(unit, Token);
        Assert.Equal(ServiceState.Stopped, (await GetAsync(unit)).State);
    }

    [Fact]
    public async Task A_start_that_times_out_is_a_value()
    {
        Assert.Equal(ServiceJobStatus.Failed, (await Manager.StartAsync("t-start-timeout", Token)).Status);
        Assert.Equal("timeout", (await GetAsync("t-start-timeout")).Result);
    }

    [Fact]
    public async Task A_failed_dependency_is_told_apart()
    {
        await using var units = await Units.InstallAsync(
            (
                "t-needs-failing",
                "[Unit]\nRequires=t-fail-start.service\nAfter=t-fail-start.service\n" + Units.Service("/bin/sleep infinity")
            )
        );
        Assert.Equal(ServiceJobStatus.DependencyFailed, (await Manager.StartAsync("t-needs-failing", Token)).Status);
    }

    [Fact]
    public async Task A_condition_that_is_not_met_is_skipped()
    {
        await using var units = await Units.InstallAsync(
            ("t-conditional", "[Unit]\nConditionPathExists=/no/such/file\n" + Units.Service("/bin/sleep infinity"))
        );
        Assert.Equal(ServiceJobStatus.Skipped, (await Manager.StartAsync("t-conditional", Token)).Status);
    }

    [Fact]
    public async Task A_finished_start_job_is_not_health()
    {
        Assert.Equal(ServiceJobStatus.Done, (await Manager.StartAsync("t-missing-exec", Token)).Status);
        await Eventually.IsTrueAsync(async () =>
            (await GetAsync("t-missing-exec")) is { State: ServiceState.Failed or ServiceState.Flapping, ExitStatus: 203 }
        );
    }

    [Fact]
    public async Task A_crash_loop_is_flapping()
    {
        await Manager.StartAsync("t-crash-loop", Token);
        await Eventually.IsTrueAsync(async () => (await GetAsync("t-crash-loop")) is { State: ServiceState.Flapping, Restarts: > 1 });
        await Manager.StopAsync("t-crash-loop", Token);
        Assert.NotEqual(ServiceState.Flapping, (await GetAsync("t-crash-loop")).State);
    }

    [Fact]
    public async Task A_missing_unit_is_an_error_that_names_it()
    {
        var failure = await Assert.ThrowsAsync<SystemdException>(() => Manager.StartAsync("no-such-unit", Token));
        Assert.Equal(OpsError.UnitNotFound, failure.Error);
        Assert.Equal("org.freedesktop.systemd1.NoSuchUnit", failure.DBusErrorName);
        Assert.Equal("no-such-unit", failure.Target);
        Assert.NotEmpty(failure.Advice!);
        Assert.Equal(
            OpsError.UnitNotFound,
            (await Assert.ThrowsAsync<SystemdException>(() => Manager.StopAsync("no-such-unit", Token))).Error
        );
    }

    [Fact]
    public async Task A_masked_unit_can_not_be_started()
    {
        var failure = await Assert.ThrowsAsync<SystemdException>(() => Manager.StartAsync("t-masked", Token));
        Assert.Equal(OpsError.UnitMasked, failure.Error);
        Assert.Contains("unmask t-masked", failure.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_rests_has_no_processes_but_a_missing_unit_is_an_error()
    {
        Assert.Empty(await Manager.GetProcessesAsync("t-slow-stop", Token));
        await Manager.KillAsync("t-slow-stop", 9, Token);
        await Manager.ResetFailedAsync("t-slow-stop", Token);
        Assert.Equal(
            OpsError.UnitNotFound,
            (await Assert.ThrowsAsync<SystemdException>(() => Manager.GetProcessesAsync("no-such-unit", Token))).Error
        );
        Assert.Equal(
            OpsError.UnitNotFound,
            (await Assert.ThrowsAsync<SystemdException>(() => Manager.KillAsync("no-such-unit", 9, Token))).Error
        );
    }

    [Fact]
    public async Task Cancelling_takes_back_a_job_that_has_not_begun()
    {
        // Its start waits behind the other one.
        using var latch = new Latch();
        await using var units = await Units.InstallAsync(
            ("t-held-start", Units.Service("/bin/sleep infinity", latch.HoldsStart)),
            ("t-behind", "[Unit]\nAfter=t-held-start.service\n" + Units.Service("/bin/sleep infinity"))
        );
        var held = Manager.StartAsync("t-held-start", Token);
        await Eventually.IsTrueAsync(async () => await Systemctl.StateAsync("t-held-start") == "activating");
        using var cancel = new CancellationTokenSource();
        var behind = Manager.StartAsync("t-behind", cancel.Token);
        await Eventually.IsTrueAsync(async () =>
            (await Shell.BashAsync("systemctl list-jobs --plain --no-legend || true")).Contains("t-behind", StringComparison.Ordinal)
        );
        var clock = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => behind);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(
            "t-behind",
            await Shell.BashAsync("systemctl list-jobs --plain --no-legend || true"),
            StringComparison.Ordinal
        );
        latch.Open();
        await held;
        Assert.Equal(ServiceState.Stopped, (await GetAsync("t-behind")).State);
    }

    [Fact]
    public async Task A_hundred_units_stop_and_start_at_once_and_no_job_is_missed()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"t-many@{i}").ToArray();
        Assert.All(
            await Task.WhenAll(names.Select(name => Manager.StartAsync(name, Token))),
            result => Assert.Equal(ServiceJobStatus.Done, result.Status)
        );
        for (var round = 0; round < 5; round++)
        {
            Assert.All(
                await Task.WhenAll(names.Select(name => Manager.StopAsync(name, Token))).WaitAsync(TimeSpan.FromMinutes(3), Token),
                result => Assert.Equal(ServiceJobStatus.Done, result.Status)
            );
            Assert.All(
                await Task.WhenAll(names.Select(name => Manager.StartAsync(name, Token))).WaitAsync(TimeSpan.FromMinutes(3), Token),
                result => Assert.Equal(ServiceJobStatus.Done, result.Status)
            );
        }
    }

    [Fact]
    public async Task Enable_and_disable_change_what_happens_at_boot()
    {
        await Manager.EnableAsync(["t-plain"], Token);
        Assert.Equal("enabled", (await GetAsync("t-plain")).Boot);
        await Manager.DisableAsync(["t-plain"], Token);
        Assert.Equal("disabled", (await GetAsync("t-plain")).Boot);
    }

    [Theory]
    [InlineData("no-such-unit", OpsError.UnitNotFound)]
    [InlineData("t-masked", OpsError.UnitMasked)]
    public async Task What_is_missing_or_masked_can_not_be_enabled(string unit, OpsError expected)
    {
        Assert.Equal(expected, (await Assert.ThrowsAsync<SystemdException>(() => Manager.EnableAsync([unit], Token))).Error);
    }

    [Fact]
    public async Task A_missing_unit_can_not_be_disabled()
    {
        Assert.Equal(
            OpsError.UnitNotFound,
            (await Assert.ThrowsAsync<SystemdException>(() => Manager.DisableAsync(["no-such-unit"], Token))).Error
        );
    }

    [Fact]
    public async Task A_unit_without_an_Install_section_can_not_be_enabled()
    {
        await using var units = await Units.InstallAsync(("t-static", Units.Service("/bin/sleep infinity")));
        var failure = await Assert.ThrowsAsync<SystemdException>(() => Manager.EnableAsync(["t-static"], Token));
        Assert.Equal(OpsError.InvalidArgument, failure.Error);
    }
}
