using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

public sealed class WatchTests : SystemdTest
{
    [Fact]
    public async Task A_watch_shows_the_present_state_and_then_each_change()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var states = new List<string>();
        await foreach (var service in Manager.WatchAsync(["t-plain"], limit.Token))
        {
            states.Add(service.ActiveState);
            switch (states.Count)
            {
                case 1:
                    Assert.Equal("inactive", service.ActiveState);
                    await Shell.BashAsync("systemctl start t-plain");
                    break;
                case > 1 when service.ActiveState == "active":
                    Assert.NotNull(service.MainPid);
                    Assert.NotNull(service.InvocationId);
                    await Shell.BashAsync("systemctl stop t-plain");
                    break;
            }

            if (states.Contains("active") && service.ActiveState == "inactive")
            {
                break;
            }
        }

        Assert.Contains("active", states);
    }

    [Fact]
    public async Task A_unit_that_dies_is_seen_at_once()
    {
        await Manager.StartAsync("t-dies-soon", Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var service in Manager.WatchAsync(["t-dies-soon"], limit.Token))
        {
            if (service.State == ServiceState.Failed)
            {
                Assert.Equal("exit-code", service.Result);
                Assert.Equal(3, service.ExitStatus);
                return;
            }
        }
    }

    [Fact]
    public async Task A_crash_loop_shows_rising_restarts()
    {
        await Manager.StartAsync("t-crash-loop", Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var service in Manager.WatchAsync(["t-crash-loop"], limit.Token))
        {
            if (service is { Restarts: >= 3, State: ServiceState.Flapping })
            {
                return;
            }
        }
    }

    [Fact]
    public async Task An_unknown_unit_is_watched_until_it_appears()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Units? units = null;
        await foreach (var service in Manager.WatchAsync(["t-appears"], limit.Token))
        {
            if (units is null)
            {
                Assert.Equal(ServiceState.NotFound, service.State);
                units = await Units.InstallAsync(("t-appears", Units.Service("/bin/sleep infinity")));
                await Shell.BashAsync("systemctl start t-appears");
            }
            else if (service.State == ServiceState.Running)
            {
                break;
            }
        }

        await units!.DisposeAsync();
    }
}
