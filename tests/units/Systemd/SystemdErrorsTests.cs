using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class SystemdErrorsTests
{
    private static readonly SystemdTarget Local = new(ServiceScope.System, null);
    private static readonly SystemdTarget Remote = new(ServiceScope.System, "admin@web1");

    [Theory]
    [InlineData("org.freedesktop.systemd1.NoSuchUnit", OpsError.UnitNotFound)]
    [InlineData("org.freedesktop.systemd1.UnitMasked", OpsError.UnitMasked)]
    [InlineData("org.freedesktop.systemd1.TransactionIsDestructive", OpsError.JobFailed)]
    [InlineData("org.freedesktop.systemd1.BadUnitSetting", OpsError.JobFailed)]
    [InlineData("org.freedesktop.systemd1.JobTypeNotApplicable", OpsError.InvalidArgument)]
    [InlineData("org.freedesktop.systemd1.OnlyByDependency", OpsError.InvalidArgument)]
    [InlineData("org.freedesktop.DBus.Error.AccessDenied", OpsError.AccessDenied)]
    [InlineData("org.freedesktop.DBus.Error.InteractiveAuthorizationRequired", OpsError.AccessDenied)]
    [InlineData("org.freedesktop.DBus.Error.InvalidArgs", OpsError.InvalidArgument)]
    [InlineData("org.freedesktop.DBus.Error.NoServer", OpsError.ManagerUnavailable)]
    [InlineData("org.freedesktop.DBus.Error.ServiceUnknown", OpsError.ManagerUnavailable)]
    [InlineData("org.freedesktop.DBus.Error.Spawn.ChildExited", OpsError.ManagerUnavailable)]
    [InlineData("org.freedesktop.DBus.Error.Disconnected", OpsError.ConnectionFailed)]
    [InlineData("org.freedesktop.DBus.Error.NoReply", OpsError.ConnectionFailed)]
    [InlineData("org.freedesktop.DBus.Error.LimitsExceeded", OpsError.ConnectionFailed)]
    [InlineData("org.freedesktop.DBus.Error.UnknownMethod", OpsError.ProtocolError)]
    public void Error_names_have_a_kind_and_advice(string name, OpsError expected)
    {
        var failure = SystemdErrors.ToException(new BusError(name, "it said no."), "start web", "web", Local);
        Assert.Equal(expected, failure.Error);
        Assert.Equal(name, failure.DBusErrorName);
        Assert.Equal("web", failure.Target);
        Assert.Equal("Could not start web: it said no.", failure.Message);
        Assert.NotEmpty(failure.Advice!);
    }

    [Fact]
    public void Another_host_is_named()
    {
        var failure = SystemdErrors.ToException(new BusError(BusError.NoServer, "Connection refused"), "reach systemd", null, Remote);
        Assert.Equal(OpsError.ConnectionFailed, failure.Error);
        Assert.Equal("Could not reach systemd on admin@web1: Connection refused.", failure.Message);
        Assert.Equal("admin@web1", failure.Target);
        Assert.Contains("ssh admin@web1", failure.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Advice_names_the_right_manager()
    {
        var user = new SystemdTarget(ServiceScope.User, null);
        Assert.Contains(
            "XDG_RUNTIME_DIR",
            SystemdErrors.ToException(new BusError(BusError.NoServer, ""), "reach systemd", null, user).Advice,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "systemctl --user unmask web",
            SystemdErrors.ToException(new BusError("org.freedesktop.systemd1.UnitMasked", ""), "start web", "web", user).Advice,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("localhost")]
    public void No_host_name_is_this_machine(string? name) => Assert.False(SystemdTarget.Create(ServiceScope.User, name).IsRemote);

    [Theory]
    [InlineData("-oProxyCommand=reboot")]
    [InlineData("web1 reboot")]
    [InlineData("web1;reboot")]
    public void A_host_name_that_is_none_never_reaches_ssh(string name) =>
        Assert.Equal(
            OpsError.InvalidArgument,
            Assert.Throws<SystemdException>(() => SystemdTarget.Create(ServiceScope.System, name)).Error
        );

    [Fact]
    public void The_user_manager_of_another_host_can_not_be_reached() =>
        Assert.Equal(
            OpsError.InvalidArgument,
            Assert.Throws<SystemdException>(() => SystemdTarget.Create(ServiceScope.User, "web1")).Error
        );
}
