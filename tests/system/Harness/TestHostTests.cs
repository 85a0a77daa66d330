namespace OpsRestart.Tests.System.Harness;

public sealed class TestHostTests
{
    [Fact]
    public async Task The_host_is_a_machine_of_its_own_with_systemd_as_its_first_process()
    {
        Assert.Equal("systemd", (await File.ReadAllTextAsync("/proc/1/comm")).Trim());
        Assert.Equal("0", await Shell.BashAsync("id -u"));
        Assert.Matches("^(running|degraded)$", (await Systemctl.RunAsync("is-system-running")).Output.Trim());
    }

    [Fact]
    public async Task Units_of_a_test_leave_nothing_behind()
    {
        await using (await Units.InstallAsync(("harness-sample", Units.Service("/bin/sleep infinity", "ExecStop=/bin/false"))))
        {
            Assert.Equal(0, (await Systemctl.RunAsync("start", "harness-sample")).ExitCode);
            Assert.Equal("active", await Systemctl.StateAsync("harness-sample"));
        }

        Assert.Equal("not-found", await Systemctl.ShowAsync("harness-sample", "LoadState"));
    }
}
