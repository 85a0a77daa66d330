using System.Diagnostics;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

/// <summary>
/// What only shows as another user: this program runs one of its own methods as <c>tester</c>, see <see cref="AsTester"/>.
/// </summary>
public sealed class UserTests : SystemdTest
{
    [Fact]
    public async Task Without_the_right_a_start_is_refused_with_advice()
    {
        var answer = await AsTester.RunAsync(nameof(AsTester.StartPlain));
        Assert.StartsWith("AccessDenied|t-plain|", answer, StringComparison.Ordinal);
        Assert.Contains("polkit", answer, StringComparison.Ordinal);
        Assert.Contains("sudo", answer, StringComparison.Ordinal);
        Assert.Equal("inactive", await Systemctl.StateAsync("t-plain"));
    }

    [Fact]
    public async Task Reading_needs_no_right()
    {
        await Shell.BashAsync("systemctl start t-plain");
        Assert.Equal($"Running|{await Systemctl.ShowAsync("t-plain", "MainPID")}", await AsTester.RunAsync(nameof(AsTester.ReadPlain)));
    }

    [Fact]
    public async Task The_user_s_own_manager_starts_units_without_root()
    {
        await AsTester.EnsureManagerAsync();
        var answer = await AsTester.RunAsync(nameof(AsTester.StartOwn));
        Assert.Equal("Done|Running|User|Stopped", answer);
    }

    [Fact]
    public async Task The_user_s_own_manager_has_a_journal()
    {
        await AsTester.EnsureManagerAsync();
        Assert.Contains("Started", await AsTester.RunAsync(nameof(AsTester.LogOfOwn)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_user_manager_the_error_says_what_is_missing()
    {
        var answer = await AsTester.RunAsync(nameof(AsTester.StartOwn), "XDG_RUNTIME_DIR=/nonexistent");
        Assert.StartsWith("ManagerUnavailable|", answer, StringComparison.Ordinal);
        Assert.Contains("XDG_RUNTIME_DIR", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_system_bus_the_error_says_so_quickly()
    {
        var clock = Stopwatch.StartNew();
        var answer = await AsTester.RunAsync(nameof(AsTester.ReadPlain), "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent");
        Assert.StartsWith("ManagerUnavailable|", answer, StringComparison.Ordinal);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Without_libsystemd_the_error_names_the_package()
    {
        const string Hidden =
            """unshare --mount bash -c 'mount --bind /dev/null "$(readlink -f "$(ldconfig -p | grep -o "/.*libsystemd.so.0$" | head -1)")" && exec "$@"' _""";
        var answer = await AsTester.RunAsync(nameof(AsTester.ReadPlain), wrapper: Hidden);
        Assert.StartsWith("ManagerUnavailable|", answer, StringComparison.Ordinal);
        Assert.Contains("libsystemd0", answer, StringComparison.Ordinal);
        Assert.StartsWith(
            "ManagerUnavailable|",
            await AsTester.RunAsync(nameof(AsTester.LogOfOwn), wrapper: Hidden),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_system_journal_is_refused_to_whom_it_is_closed()
    {
        var answer = await AsTester.RunAsync(nameof(AsTester.LogOfSystem));
        Assert.StartsWith("AccessDenied|", answer, StringComparison.Ordinal);
        Assert.Contains("systemd-journal", answer, StringComparison.Ordinal);
    }
}
