using System.Diagnostics;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Services;
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
        Assert.Contains(
            Host,
            (await Assert.ThrowsAsync<SystemdException>(() => remote.StartAsync("no-such-unit", Token))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_journal_of_another_host_is_read_over_ssh()
    {
        await StartSshAsync();
        var here = new SystemdJournal(ServiceScope.System, null);
        var there = new SystemdJournal(ServiceScope.System, Host);
        var cursor = await there.GetCursorAsync(Token);
        Assert.NotNull(cursor);
        await Manager.StartAsync("t-logs", Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (
            var entry in there.ReadAsync(
                new ServiceLogQuery
                {
                    Services = ["t-logs"],
                    AfterCursor = cursor,
                    Follow = true,
                },
                limit.Token
            )
        )
        {
            if (entry.Message.Contains("Deactivated", StringComparison.Ordinal))
            {
                break;
            }
        }

        foreach (
            var query in new[]
            {
                new ServiceLogQuery { Services = ["t-logs"], AfterCursor = cursor },
                new ServiceLogQuery
                {
                    Services = ["t-log?"],
                    AfterCursor = cursor,
                    Priority = ServiceLogPriority.Error,
                },
                new ServiceLogQuery
                {
                    Services = ["t-logs"],
                    AfterCursor = cursor,
                    Tail = 2,
                },
                new ServiceLogQuery { Services = ["t-logs"], Tail = 3 },
            }
        )
        {
            var expected = await ReadAsync(here, query);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await ReadAsync(there, query));
        }
    }

    [Fact]
    public async Task A_journal_that_can_not_be_reached_is_an_error_that_names_its_host()
    {
        var failure = await Assert.ThrowsAsync<SystemdException>(() =>
            ReadAsync(new SystemdJournal(ServiceScope.System, "no-such-host.invalid"), new ServiceLogQuery { Services = ["t-logs"] })
        );
        Assert.Equal(OpsError.ConnectionFailed, failure.Error);
        Assert.Equal("no-such-host.invalid", failure.Target);
    }

    [Fact]
    public async Task A_host_that_can_not_be_reached_is_an_error_that_names_it()
    {
        var clock = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<SystemdException>(() =>
            SystemdServiceManager.ConnectAsync(ServiceScope.System, "root@no-such-host.invalid", TimeProvider.System, Token)
        );
        Assert.Equal(OpsError.ConnectionFailed, failure.Error);
        Assert.Equal("root@no-such-host.invalid", failure.Target);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(10));
    }

    private static async Task<List<ServiceLogEntry>> ReadAsync(SystemdJournal journal, ServiceLogQuery query)
    {
        var entries = new List<ServiceLogEntry>();
        await foreach (var entry in journal.ReadAsync(query, Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static async Task StartSshAsync()
    {
        TestHost.Needs("ssh", "openssh-client");
        TestHost.Needs("sshd", "openssh-server");
        await Shell.BashAsync("systemctl start ssh");
        await Eventually.IsTrueAsync(async () =>
            (await Shell.RunAsync("ssh", ["-oBatchMode=yes", "-oStrictHostKeyChecking=accept-new", Host, "true"])).ExitCode == 0
        );
    }
}
