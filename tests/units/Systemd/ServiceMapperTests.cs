using OpsRestart.Adapters.Systemd;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class ServiceMapperTests
{
    private static readonly UnitListing Web = new("web.service", "The web", "loaded", "active", "running");
    private readonly ServiceMapper _mapper = new(new SystemdTarget(ServiceScope.System, null), TimeProvider.System, new RestartHistory());

    [Fact]
    public void Values_that_systemd_does_not_have_are_null()
    {
        var service = Map(
            new()
            {
                ["MemoryCurrent"] = ulong.MaxValue,
                ["TasksCurrent"] = ulong.MaxValue,
                ["MainPID"] = 0u,
                ["InvocationID"] = Array.Empty<byte>(),
                ["ControlGroup"] = "",
                ["UnitFileState"] = "",
                ["ActiveEnterTimestamp"] = 0ul,
                ["ExecMainStatus"] = 0,
                ["ExecMainExitTimestamp"] = 0ul,
            }
        );
        Assert.Null(service.Memory);
        Assert.Null(service.Tasks);
        Assert.Null(service.MainPid);
        Assert.Null(service.InvocationId);
        Assert.Null(service.ControlGroup);
        Assert.Null(service.Boot);
        Assert.Null(service.Since);
        Assert.Null(service.Uptime);
        Assert.Null(service.ExitStatus);
        Assert.Null(service.StopTimeout);
    }

    [Fact]
    public void Values_come_in_the_units_of_the_model()
    {
        var service = Map(
            new()
            {
                ["MemoryCurrent"] = 4096ul,
                ["TasksCurrent"] = 3ul,
                ["MainPID"] = 42u,
                ["NRestarts"] = 2u,
                ["InvocationID"] = new byte[] { 0x0a, 0xff },
                ["ActiveEnterTimestamp"] = 1_700_000_000_000_000ul,
                ["TimeoutStopUSec"] = 90_000_000ul,
                ["ExecMainStatus"] = 203,
                ["ExecMainExitTimestamp"] = 1ul,
                ["Restart"] = "always",
                ["NeedDaemonReload"] = true,
            }
        );
        Assert.Equal(4096, service.Memory);
        Assert.Equal(3, service.Tasks);
        Assert.Equal(42, service.MainPid);
        Assert.Equal(2, service.Restarts);
        Assert.Equal("0aff", service.InvocationId);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), service.Since);
        Assert.Equal(DateTimeKind.Utc, service.Since!.Value.Kind);
        Assert.Equal(TimeSpan.FromSeconds(90), service.StopTimeout);
        Assert.Equal(203, service.ExitStatus);
        Assert.Equal("always", service.RestartPolicy);
        Assert.True(service.NeedsReload);
    }

    [Fact]
    public void An_endless_stop_timeout_is_infinite() =>
        Assert.Equal(Timeout.InfiniteTimeSpan, Map(new() { ["TimeoutStopUSec"] = ulong.MaxValue }).StopTimeout);

    [Fact]
    public void Properties_are_younger_than_the_listing()
    {
        var service = Map(
            new()
            {
                ["ActiveState"] = "failed",
                ["SubState"] = "failed",
                ["Result"] = "exit-code",
            }
        );
        Assert.Equal(ServiceState.Failed, service.State);
        Assert.Equal("exit-code", service.Result);
    }

    [Theory]
    [InlineData("active", "ActiveEnterTimestamp")]
    [InlineData("reloading", "ActiveEnterTimestamp")]
    [InlineData("activating", "InactiveExitTimestamp")]
    [InlineData("deactivating", "ActiveExitTimestamp")]
    [InlineData("inactive", "InactiveEnterTimestamp")]
    [InlineData("failed", "InactiveEnterTimestamp")]
    public void Since_is_when_it_came_into_its_state(string state, string property) =>
        Assert.Equal(property, ServiceMapper.SinceProperty(state));

    private ManagedService Map(Dictionary<string, object?> properties) => _mapper.Map(Web, new UnitProperties(properties));
}
