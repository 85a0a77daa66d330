using OpsRestart.Commands;

namespace OpsRestart.Tests.Units.Supervisor;

/// <summary>Where a service is looked for, by its name.</summary>
public sealed class ManagerRuleTests
{
    [Theory]
    [InlineData("nautobot", "Systemd Supervisor")]
    [InlineData("nautobot*", "Systemd Supervisor")]
    [InlineData("zulip-workers:*", "Supervisor")]
    [InlineData("zulip-workers:{mail,chat}", "Supervisor")]
    [InlineData("nautobot.service", "Systemd")]
    [InlineData("dev-disk-by:id.device", "Systemd")]
    [InlineData("backlight@acpi:video0", "Systemd Supervisor")]
    [InlineData(null, "Systemd Supervisor")]
    public void A_name_says_whose_it_may_be(string? name, string expected)
    {
        Assert.Equal(expected, Kinds(name, hasSupervisor: true));
        Assert.Equal(expected == "Supervisor" ? "Supervisor" : "Systemd", Kinds(name, hasSupervisor: false));
    }

    [Fact]
    public void What_is_said_of_the_manager_comes_before_the_name()
    {
        Assert.Equal("Supervisor", Kinds("web", manager: ServiceManagerKind.Supervisor));
        Assert.Equal("Systemd", Kinds("a:b", manager: ServiceManagerKind.Systemd));
        Assert.Equal("Supervisor", Kinds("web", socket: "/s.sock"));
        Assert.Equal("Systemd", Kinds("web", host: "root@db"));
        Assert.Equal("Systemd", Kinds("web", scope: ServiceScope.User));
        Assert.Equal("Systemd Supervisor", Kinds("web", host: "localhost"));
    }

    private static string Kinds(
        string? name,
        ServiceManagerKind? manager = null,
        string? host = null,
        ServiceScope scope = ServiceScope.System,
        string? socket = null,
        bool hasSupervisor = true
    ) => string.Join(' ', ManagerRule.For(name, manager, host, scope, socket, () => hasSupervisor).Select(static t => t.Kind));
}
