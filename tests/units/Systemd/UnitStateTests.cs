using OpsRestart.Adapters.Systemd;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class UnitStateTests
{
    [Theory]
    [InlineData("loaded", "active", "running", ServiceState.Running)]
    [InlineData("loaded", "active", "listening", ServiceState.Running)]
    [InlineData("loaded", "active", "exited", ServiceState.Exited)]
    [InlineData("loaded", "activating", "start", ServiceState.Starting)]
    [InlineData("loaded", "activating", "start-pre", ServiceState.Starting)]
    [InlineData("loaded", "activating", "auto-restart", ServiceState.Starting)]
    [InlineData("loaded", "reloading", "reload", ServiceState.Reloading)]
    [InlineData("loaded", "refreshing", "refresh", ServiceState.Reloading)]
    [InlineData("loaded", "deactivating", "stop-sigterm", ServiceState.Stopping)]
    [InlineData("loaded", "inactive", "dead", ServiceState.Stopped)]
    [InlineData("loaded", "maintenance", "dead", ServiceState.Stopped)]
    [InlineData("loaded", "failed", "failed", ServiceState.Failed)]
    [InlineData("bad-setting", "inactive", "dead", ServiceState.Stopped)]
    [InlineData("masked", "inactive", "dead", ServiceState.Masked)]
    [InlineData("masked", "failed", "failed", ServiceState.Masked)]
    [InlineData("masked", "active", "running", ServiceState.Running)]
    [InlineData("not-found", "inactive", "dead", ServiceState.NotFound)]
    [InlineData("not-found", "failed", "failed", ServiceState.NotFound)]
    [InlineData("not-found", "active", "running", ServiceState.Running)]
    [InlineData("loaded", "some-new-state", "", ServiceState.Unknown)]
    public void Three_states_become_one(string load, string active, string sub, ServiceState expected) =>
        Assert.Equal(expected, UnitState.Map(load, active, sub));

    [Theory]
    [InlineData("active", "running", 0L, 1.0, false, false)] // just started, by hand
    [InlineData("active", "running", 1L, 1.0, false, true)] // just restarted by systemd
    [InlineData("active", "running", 1L, 6.0, false, false)] // restarted once, stable since
    [InlineData("active", "running", 9L, 20.0, true, true)] // lives for 20 s each time
    [InlineData("activating", "auto-restart", 0L, 1.0, false, false)] // its first failure
    [InlineData("activating", "auto-restart", 1L, 20.0, false, true)]
    [InlineData("activating", "start", 3L, 1.0, false, true)]
    [InlineData("activating", "start", 3L, 60.0, false, false)]
    [InlineData("inactive", "dead", 5L, 1.0, true, false)]
    [InlineData("failed", "failed", 5L, 1.0, true, false)]
    [InlineData("active", "running", null, 1.0, false, false)] // not asked for
    public void Flapping_is_dying_again_and_again(string active, string sub, long? restarts, double seconds, bool risen, bool expected) =>
        Assert.Equal(expected, UnitState.IsFlapping(active, sub, restarts, TimeSpan.FromSeconds(seconds), risen));
}
