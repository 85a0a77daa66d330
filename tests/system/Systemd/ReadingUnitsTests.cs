using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

public sealed class ReadingUnitsTests : SystemdTest
{
    [Fact]
    public async Task A_running_unit_shows_what_systemctl_shows()
    {
        await Shell.BashAsync("systemctl start t-plain");
        var service = await GetAsync("t-plain");

        Assert.Equal("t-plain", service.Name);
        Assert.Equal("t-plain.service", service.Id);
        Assert.Equal("localhost", service.HostName);
        Assert.Equal(ServiceState.Running, service.State);
        Assert.Equal("active", service.ActiveState);
        Assert.Equal("running", service.SubState);
        Assert.Equal("loaded", service.LoadState);
        Assert.Equal(await Systemctl.ShowAsync("t-plain", "MainPID"), service.MainPid.ToString());
        Assert.Equal(await Systemctl.ShowAsync("t-plain", "InvocationID"), service.InvocationId);
        Assert.Equal(await Systemctl.ShowAsync("t-plain", "ControlGroup"), service.ControlGroup);
        Assert.Equal(await Systemctl.ShowAsync("t-plain", "FragmentPath"), service.FragmentPath);
        Assert.Equal(await Systemctl.ShowAsync("t-plain", "UnitFileState"), service.Boot);
        Assert.Equal(await Systemctl.ShowAsync("t-plain", "TasksCurrent"), service.Tasks.ToString());
        Assert.Equal("success", service.Result);
        Assert.Equal(0, service.Restarts);
        Assert.NotEqual(ServiceState.Flapping, service.State);
        Assert.False(service.NeedsReload);
        Pace.AssertWithin(service.Uptime!.Value, TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(90), service.StopTimeout);
        Assert.Equal("control-group", service.KillMode);
        Assert.Equal("no", service.RestartPolicy);
    }

    [Fact]
    public async Task Without_details_only_the_state_is_read()
    {
        var service = Assert.Single(await Manager.GetServicesAsync(new ServiceQuery { Names = ["t-plain.service"] }, Token));
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Equal("Does nothing, starts and stops at once", service.Description);
        Assert.Null(service.MainPid);
        Assert.Null(service.Result);
    }

    [Theory]
    [InlineData("t-plain")]
    [InlineData("t-demo@never-started")]
    [InlineData("t-fail-start")]
    public async Task Without_boot_everything_else_is_the_same(string name)
    {
        await Shell.BashAsync("systemctl start t-plain; systemctl start t-fail-start || true");
        var whole = await GetAsync(name);
        var quick = Assert.Single(
            await Manager.GetServicesAsync(
                new ServiceQuery
                {
                    Names = [name],
                    Detailed = true,
                    WithoutBoot = true,
                },
                Token
            )
        );

        // Of a unit that rests its file and last invocation are left out too.
        var expected = whole with
        {
            Boot = quick.Boot,
            SampledAt = quick.SampledAt,
        };
        expected = name == "t-plain" ? expected : expected with { InvocationId = null, FragmentPath = null };
        Assert.Equal(expected with { Memory = null }, quick with { Memory = null });
    }

    [Fact]
    public async Task No_names_means_all_loaded_services()
    {
        var services = await Manager.GetServicesAsync(new ServiceQuery(), Token);
        var expected = await Shell.BashAsync(
            "systemctl list-units --all --type=service --plain --no-legend --full | awk '$2 != \"not-found\" {print $1}' | sort"
        );
        Assert.Equal(expected.Split('\n'), services.Select(service => service.Id).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(services, service => service.State == ServiceState.NotFound);
    }

    [Fact]
    public async Task Wildcards_match_loaded_units_and_a_missing_name_is_a_value()
    {
        await Shell.BashAsync("systemctl start t-demo@a t-demo@b t-plain");
        Assert.Equal(["t-demo@a", "t-demo@b"], await NamesAsync("t-demo@*"));
        Assert.Equal(["t-demo@b"], await NamesAsync("t-dem?@[b-z]"));
        Assert.Empty(await NamesAsync("no-such-*"));
        Assert.Equal(["t-plain", "t-demo@a", "t-demo@b"], await NamesAsync("t-plain", "t-demo@{a,b}"));

        var missing = Assert.Single(await Manager.GetServicesAsync(new ServiceQuery { Names = ["no-such-unit"], Detailed = true }, Token));
        Assert.Equal(ServiceState.NotFound, missing.State);
        Assert.Equal("not-found", missing.LoadState);
    }

    [Fact]
    public async Task A_masked_unit_is_masked_and_other_unit_types_keep_their_suffix()
    {
        Assert.Equal(ServiceState.Masked, (await GetAsync("t-masked")).State);
        var socket = await GetAsync("dbus.socket");
        Assert.Equal("dbus.socket", socket.Name);
        Assert.Equal(ServiceState.Running, socket.State);
        Assert.Null(socket.MainPid);
    }

    [Fact]
    public async Task Unit_files_that_are_not_loaded_come_with_IncludeUnloaded_only()
    {
        // systemd unloads what is inactive and not referred to.
        Assert.Empty(await NamesAsync("t-oneshot-lon*"));
        var service = Assert.Single(
            await Manager.GetServicesAsync(new ServiceQuery { Names = ["t-oneshot-lon*"], IncludeUnloaded = true }, Token)
        );
        Assert.Equal("t-oneshot-long", service.Name);
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.NotNull(service.Boot);
    }

    [Fact]
    public async Task A_changed_unit_file_shows_as_needing_a_reload()
    {
        await using var units = await Units.InstallAsync(("t-changing", Units.Service("/bin/sleep infinity")));
        await Shell.BashAsync(
            "systemctl start t-changing; echo '# changed' >> /run/systemd/system/t-changing.service; touch -d '1 minute' "
                + "/run/systemd/system/t-changing.service"
        );
        Assert.True((await GetAsync("t-changing")).NeedsReload);
        await Manager.UpdateAsync(Token);
        Assert.False((await GetAsync("t-changing")).NeedsReload);
    }

    [Fact]
    public async Task Long_lists_have_the_same_values_as_short_ones()
    {
        await Shell.BashAsync("systemctl start t-many@{1..70} t-plain && systemctl stop t-many@3");
        var many = await Manager.GetServicesAsync(new ServiceQuery { Names = ["t-many@*"], Detailed = true }, Token);
        Assert.True(many.Count >= 69);
        var one = await GetAsync("t-many@7");
        var same = many.Single(service => service.Name == "t-many@7");
        Assert.Equal(one.MainPid, same.MainPid);
        Assert.Equal(one.Tasks, same.Tasks);
        Assert.Equal(one.Since, same.Since);
        Assert.Equal(one.Restarts, same.Restarts);
        Assert.Equal(one.Result, same.Result);
        Assert.NotNull(same.MainPid);
    }

    [Fact]
    public async Task The_processes_of_a_unit_are_those_of_its_control_group()
    {
        await Shell.BashAsync("systemctl start t-leaves-child");
        await Eventually.IsTrueAsync(async () => (await Manager.GetProcessesAsync("t-leaves-child", Token)).Count > 1);
        await Manager.StopAsync("t-leaves-child", Token);
        var left = Assert.Single(await Manager.GetProcessesAsync("t-leaves-child", Token));
        Assert.Contains("sleep", left.Command, StringComparison.Ordinal);
        await Manager.KillAsync("t-leaves-child", 9, Token);
        await Eventually.IsTrueAsync(async () => (await Manager.GetProcessesAsync("t-leaves-child", Token)).Count == 0);
    }

    private async Task<IEnumerable<string>> NamesAsync(params string[] names) =>
        (await Manager.GetServicesAsync(new ServiceQuery { Names = names }, Token)).Select(service => service.Name);
}
