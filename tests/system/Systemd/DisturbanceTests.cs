using System.Diagnostics;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

/// <summary>systemd or its bus go away in the middle of things.</summary>
public sealed class DisturbanceTests : SystemdTest
{
    private const string Held = "t-held-start";

    [Theory]
    [InlineData("daemon-reload")]
    [InlineData("daemon-reexec")]
    public async Task A_job_under_way_survives(string disturbance)
    {
        using var latch = new Latch();
        await using var units = await HeldStartAsync(latch);
        var start = Manager.StartAsync(Held, Token);
        await Eventually.IsTrueAsync(async () => await Systemctl.StateAsync(Held) == "activating");
        await Systemctl.RunAsync(disturbance);
        Assert.False(start.IsCompleted);
        latch.Open();
        Assert.Equal(ServiceJobStatus.Done, (await start.WaitAsync(TimeSpan.FromMinutes(2), Token)).Status);
        Assert.Equal(ServiceState.Running, (await GetAsync(Held)).State);
    }

    [Fact]
    public async Task Calls_made_while_systemd_executes_itself_anew_are_answered()
    {
        using var stop = new CancellationTokenSource();
        var reexecs = Task.Run(async () =>
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
            {
                await Systemctl.RunAsync("daemon-reexec");

                // Without a pause it would do nothing else, and not even systemctl gets an answer.
                await Task.Delay(200);
            }

            return count;
        });
        var clock = Stopwatch.StartNew();
        try
        {
            for (var round = 0; round < 25; round++)
            {
                var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Manager.RestartAsync($"t-many@{i}", Token)))
                    .WaitAsync(TimeSpan.FromSeconds(60), Token);
                Assert.All(results, result => Assert.True(result.Succeeded, $"{result.Name}: {result.Raw}"));
                Assert.Equal(ServiceState.Running, (await GetAsync("t-many@3")).State);
            }
        }
        finally
        {
            // Left running it would take systemd away from every test that comes after this one.
            await stop.CancelAsync();
            await reexecs;
        }

        var rounds = await reexecs;
        Assert.True(rounds > 1, $"only {rounds} in {clock.Elapsed}");
        TestContext.Current.SendDiagnosticMessage($"{rounds} times daemon-reexec in {clock.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task A_watch_goes_on_through_reload_and_reexec()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await Manager.StartAsync("t-plain", Token);
        var invocations = new List<string?>();
        await foreach (var service in Manager.WatchAsync(["t-plain"], limit.Token))
        {
            if (service.State != ServiceState.Running || invocations.Contains(service.InvocationId))
            {
                continue;
            }

            invocations.Add(service.InvocationId);
            if (invocations.Count == 3)
            {
                break;
            }

            await Systemctl.RunAsync(invocations.Count == 1 ? "daemon-reload" : "daemon-reexec");
            await Systemctl.RunAsync("restart", "t-plain");
        }

        Assert.Equal(3, invocations.Count);
    }

    [Fact]
    public async Task A_lost_bus_fails_what_is_under_way_and_the_next_call_connects_anew()
    {
        using var latch = new Latch();
        await using var units = await HeldStartAsync(latch);
        var start = Manager.StartAsync(Held, Token);
        await Eventually.IsTrueAsync(async () => await Systemctl.StateAsync(Held) == "activating");
        await Shell.BashAsync("systemctl kill -s KILL dbus.service");
        var failure = await Assert.ThrowsAsync<SystemdException>(() => start.WaitAsync(TimeSpan.FromMinutes(2), Token));
        Assert.Equal(OpsError.ConnectionFailed, failure.Error);
        Assert.Equal(Held, failure.Target);
        Assert.NotEmpty(failure.Advice!);

        await Eventually.IsTrueAsync(async () => await AnswersAsync());
        Assert.Equal(ServiceJobStatus.Done, (await Manager.RestartAsync("t-plain", Token)).Status);
    }

    [Fact]
    public async Task A_watch_comes_back_after_the_bus_was_lost()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await Manager.StartAsync("t-plain", Token);
        string? first = null;
        await foreach (var service in Manager.WatchAsync(["t-plain"], limit.Token))
        {
            if (first is null)
            {
                first = service.InvocationId;
                await Shell.BashAsync("systemctl kill -s KILL dbus.service; sleep 0.3; systemctl restart t-plain");
            }
            else if (service.State == ServiceState.Running && service.InvocationId != first)
            {
                break;
            }
        }

        Assert.False(limit.IsCancellationRequested);
    }

    [Fact]
    public async Task Disposing_in_the_middle_of_calls_ends_them()
    {
        var other = await SystemdServiceManager.ConnectAsync(ServiceScope.System, null, TimeProvider.System, Token);
        using var latch = new Latch();
        await using var units = await HeldStartAsync(latch);
        var start = other.StartAsync(Held, Token);
        await Eventually.IsTrueAsync(async () => await Systemctl.StateAsync(Held) == "activating");
        var clock = Stopwatch.StartNew();
        await other.DisposeAsync();
        Assert.Equal(OpsError.ConnectionFailed, (await Assert.ThrowsAsync<SystemdException>(() => start)).Error);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => other.StartAsync("t-plain", Token));
    }

    [Fact]
    public async Task No_connection_or_descriptor_is_left_behind()
    {
        await OpenAndCloseAsync();
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 20; i++)
        {
            await OpenAndCloseAsync();
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 2);
    }

    private static Task<Units> HeldStartAsync(Latch latch) =>
        Units.InstallAsync((Held, Units.Service("/bin/sleep infinity", latch.HoldsStart)));

    private static async Task OpenAndCloseAsync()
    {
        await using var manager = await SystemdServiceManager.ConnectAsync(ServiceScope.System, null, TimeProvider.System, Token);
        await manager.RestartAsync("t-plain", Token);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var service in manager.WatchAsync(["t-plain"], cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await GetAsync("t-plain");
            return true;
        }
        catch (SystemdException failure) when (failure.Error is OpsError.ManagerUnavailable or OpsError.ConnectionFailed)
        {
            return false;
        }
    }
}
