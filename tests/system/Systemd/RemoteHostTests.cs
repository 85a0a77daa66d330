using System.Diagnostics;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Abstractions;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

/// <summary>The other host is this one, reached by ssh as if it were another.</summary>
public sealed class RemoteHostTests : SystemdTest
{
    private const string Host = "root@127.0.0.1";

    [Fact]
    public async Task Units_of_another_host_are_read_and_restarted_over_ssh()
    {
        await StartSshAsync();
        await using var remote = await SystemdServiceManager.ConnectAsync(ServiceScope.System, Host, TimeProvider.System, Token);
        Assert.Equal(ServiceJobStatus.Done, (await remote.StartAsync("t-plain", Token)).Status);
        var service = Assert.Single(await remote.GetServicesAsync(new ServiceQuery { Names = ["t-plain"], Detailed = true }, Token));
        Assert.Equal(Host, service.HostName);
        Assert.Equal((await GetAsync("t-plain")).MainPid, service.MainPid);
        Assert.Contains(Host, (await Assert.ThrowsAsync<SystemdException>(() => remote.StartAsync("no-such-unit", Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_can_not_be_reached_is_an_error_that_names_it()
    {
        var clock = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<SystemdException>(() => SystemdServiceManager.ConnectAsync(ServiceScope.System, "root@no-such-host.invalid", TimeProvider.System, Token));
        Assert.Equal(OpsError.ConnectionFailed, failure.Error);
        Assert.Equal("root@no-such-host.invalid", failure.Target);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    private static async Task StartSshAsync()
    {
        TestHost.Needs("ssh", "openssh-client");
        TestHost.Needs("sshd", "openssh-server");
        await Shell.BashAsync("systemctl start ssh");
        await Eventually.IsTrueAsync(async () => (await Shell.RunAsync("ssh", ["-oBatchMode=yes", "-oStrictHostKeyChecking=accept-new", Host, "true"])).ExitCode == 0);
    }
}
