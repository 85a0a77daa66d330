using OpsRestart.Adapters.Supervisor;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Supervisor;

/// <summary>The adapter against a real supervisord; supervisorctl and /proc have the second word.</summary>
public sealed class SupervisorManagerTests
{
    private const string Ordinary = """
        [program:web]
        command=/bin/sleep 1000
        [program:worker]
        command=/bin/sleep 1000
        process_name=w-%(process_num)d
        numprocs=3
        [group:workers]
        programs=worker
        [program:off]
        command=/bin/sleep 1000
        autostart=false
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Programs_are_found_by_name_group_and_wildcard_and_have_supervisords_own_states()
    {
        await using var server = await SupervisorServer.StartAsync(Ordinary);
        await using var manager = await server.ConnectAsync();
        await Eventually.IsTrueAsync(async () => (await GetAsync(manager)).Count(static s => s.ActiveState == "RUNNING") == 4);

        Assert.Equal(["off", "web", "workers:w-0", "workers:w-1", "workers:w-2"], Names(await GetAsync(manager)));
        Assert.Equal(["workers:w-0", "workers:w-1", "workers:w-2"], Names(await GetAsync(manager, "workers:*")));
        Assert.Equal(["workers:w-0", "workers:w-1", "workers:w-2"], Names(await GetAsync(manager, "workers")));
        Assert.Equal(["workers:w-0", "workers:w-2"], Names(await GetAsync(manager, "workers:w-{0,2}")));
        Assert.Equal(["off", "web"], Names(await GetAsync(manager, "*[bf]")));
        Assert.Empty(await GetAsync(manager, "nope*"));
        var missing = Assert.Single(await GetAsync(manager, "nope"));
        Assert.Equal(ServiceState.NotFound, missing.State);

        var web = Assert.Single(await GetAsync(manager, "web"));
        Assert.Equal(
            await server.ControlAsync("pid", "web"),
            web.MainPid?.ToString(global::System.Globalization.CultureInfo.InvariantCulture)
        );
        Assert.Equal((TimeSpan.FromSeconds(10), "enabled", "/bin/sleep 1000"), (web.StopTimeout, web.Boot, web.Description));
        var off = Assert.Single(await GetAsync(manager, "off"));
        Assert.Equal((ServiceState.Stopped, "STOPPED", "disabled", null), (off.State, off.ActiveState, off.Boot, off.MainPid));
    }

    [Fact]
    public async Task Start_stop_and_restart_wait_until_the_program_is_there_or_gone()
    {
        await using var server = await SupervisorServer.StartAsync(Ordinary);
        await using var manager = await server.ConnectAsync();
        Assert.Equal((ServiceJobStatus.Done, "RUNNING"), await EndAsync(manager.StartAsync("off", Token)));
        Assert.Contains("RUNNING", await server.ControlAsync("status", "off"), StringComparison.Ordinal);
        Assert.Equal(ServiceState.Running, Assert.Single(await GetAsync(manager, "off")).State);
        Assert.Equal(ServiceJobStatus.Unchanged, (await manager.StartAsync("off", Token)).Status);

        var before = Assert.Single(await GetAsync(manager, "off"));
        Assert.Equal(ServiceJobStatus.Done, (await manager.RestartAsync("off", Token)).Status);
        var after = Assert.Single(await GetAsync(manager, "off"));
        Assert.NotEqual(before.InvocationId, after.InvocationId);
        Assert.False(Directory.Exists($"/proc/{before.MainPid}"));

        Assert.Equal((ServiceJobStatus.Done, "STOPPED"), await EndAsync(manager.StopAsync("off", Token)));
        Assert.Equal(ServiceJobStatus.Unchanged, (await manager.StopAsync("off", Token)).Status);
        Assert.Empty(await manager.GetProcessesAsync("off", Token));
    }

    [Fact]
    public async Task What_cannot_start_says_why_and_a_wrong_name_is_a_wrong_name()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:nofile]
            command=/nonexistent
            autostart=false
            [program:noexec]
            command=/etc/hostname
            autostart=false
            [program:dies]
            command=/bin/false
            autostart=false
            [program:done]
            command=/bin/true
            autostart=false
            startsecs=0
            autorestart=false
            """
        );
        await using var manager = await server.ConnectAsync();
        Assert.Contains("NO_FILE", (await FailAsync("nofile")).Raw, StringComparison.Ordinal);
        // supervisord tells of this one in the moment of the fork, or when it has seen the child die.
        Assert.Matches("EACCES|SPAWN_ERROR|Exited too quickly", (await FailAsync("noexec")).Raw);
        Assert.Contains("Exited too quickly", (await FailAsync("dies")).Raw, StringComparison.Ordinal);
        Assert.True((await manager.StartAsync("done", Token)).Succeeded);
        Assert.Contains(Assert.Single(await GetAsync(manager, "dies")).State, new[] { ServiceState.Flapping, ServiceState.Failed });

        var wrong = await Assert.ThrowsAsync<SupervisorException>(() => manager.StartAsync("noxec", Token));
        Assert.Equal((OpsError.UnitNotFound, "Did you mean 'noexec'?"), (wrong.Error, wrong.Advice));

        async Task<ServiceJobResult> FailAsync(string name)
        {
            var end = await manager.StartAsync(name, Token);
            Assert.Equal(ServiceJobStatus.Failed, end.Status);
            return end;
        }
    }

    [Fact]
    public async Task Stopped_is_not_gone_what_left_the_process_group_is_found_and_killed()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:leaks]
            command=/bin/bash -c "setsid sleep 1000 & sleep 1000 & exec sleep 1000"
            """
        );
        await using var manager = await server.ConnectAsync();
        await Eventually.IsTrueAsync(async () => (await manager.GetProcessesAsync("leaks", Token)).Count == 3);
        await manager.StopAsync("leaks", Token);

        // Neither asgroup setting is on: supervisord has ended the first process alone.
        var left = await manager.GetProcessesAsync("leaks", Token);
        Assert.Equal(2, left.Count);
        await manager.KillAsync("leaks", 9, Token);
        await Eventually.IsTrueAsync(async () => (await manager.GetProcessesAsync("leaks", Token)).Count == 0);
        Assert.All(
            left,
            static p => Assert.False(File.Exists($"/proc/{p.Pid}/exe") && File.ReadAllText($"/proc/{p.Pid}/comm") == "sleep\n")
        );
    }

    [Fact]
    public async Task Update_takes_up_what_was_added_changed_and_removed_and_a_broken_file_changes_nothing()
    {
        await using var server = await SupervisorServer.StartAsync(
            """
            [program:stays]
            command=/bin/sleep 1000
            [program:changes]
            command=/bin/sleep 1000
            [program:goes]
            command=/bin/sleep 1000
            """
        );
        await using var manager = await server.ConnectAsync();
        await Eventually.IsTrueAsync(async () => (await GetAsync(manager)).All(static s => s.ActiveState == "RUNNING"));
        var stays = Assert.Single(await GetAsync(manager, "stays")).InvocationId;

        await server.WriteAsync("[program:stays]\ncommand=/bin/sleep 1000\nautostart=perhaps");
        var broken = await Assert.ThrowsAsync<SupervisorException>(() => manager.UpdateAsync(Token));
        Assert.Equal((OpsError.InvalidArgument, (int?)92), (broken.Error, broken.Fault));
        Assert.Equal(3, (await GetAsync(manager)).Count);

        await server.WriteAsync(
            """
            [program:stays]
            command=/bin/sleep 1000
            [program:changes]
            command=/bin/sleep 2000
            [program:comes]
            command=/bin/sleep 1000
            """
        );
        await manager.UpdateAsync(Token);
        Assert.Equal(["changes", "comes", "stays"], Names(await GetAsync(manager)));
        Assert.Equal(stays, Assert.Single(await GetAsync(manager, "stays")).InvocationId);
        Assert.Equal("/bin/sleep 2000", Assert.Single(await GetAsync(manager, "changes")).Description);
    }

    [Fact]
    public async Task A_watch_sees_a_death_and_goes_on_over_a_restart_of_supervisord()
    {
        await using var server = await SupervisorServer.StartAsync("[program:web]\ncommand=/bin/sleep 1000");
        await using var manager = await server.ConnectAsync();
        await Eventually.IsTrueAsync(async () => Assert.Single(await GetAsync(manager, "web")).ActiveState == "RUNNING");
        await using var watch = manager.WatchAsync(["web"], Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());
        var first = watch.Current;
        Assert.Equal("RUNNING", first.ActiveState);

        await Shell.BashAsync($"kill -9 {first.MainPid}");
        await UntilAsync(s => s.MainPid is not null && s.InvocationId != first.InvocationId);

        await server.KillAsync();
        await Shell.BashAsync($"kill -9 {watch.Current.MainPid}");
        await server.StartAgainAsync();
        var second = watch.Current.InvocationId;
        await UntilAsync(s => s.State is ServiceState.Running or ServiceState.Flapping && s.InvocationId != second);

        async Task UntilAsync(Func<ManagedService, bool> seen)
        {
            while (!seen(watch.Current))
            {
                Assert.True(await watch.MoveNextAsync());
            }
        }
    }

    [Fact]
    public async Task Http_with_user_and_password_works_and_a_wrong_one_is_told_without_it()
    {
        var port = Redis.RedisServer.FreePort();
        await using var server = await SupervisorServer.StartAsync(
            "[program:web]\ncommand=/bin/sleep 1000",
            $"[inet_http_server]\nport=127.0.0.1:{port}\nusername=ops\npassword=s3cret"
        );
        await using (var manager = await SupervisorManager.ConnectAsync($"http://ops:s3cret@127.0.0.1:{port}", TimeProvider.System, Token))
        {
            Assert.Equal(["web"], Names(await GetAsync(manager)));
        }

        var wrong = await Assert.ThrowsAsync<SupervisorException>(() =>
            SupervisorManager.ConnectAsync($"http://ops:wr0ng@127.0.0.1:{port}", TimeProvider.System, Token)
        );
        Assert.Equal(OpsError.AuthenticationFailed, wrong.Error);
        Assert.DoesNotContain("wr0ng", wrong.Message + wrong.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_answer_it_says_which_kind_of_none()
    {
        var nothing = await FailAsync("unix:///run/no-such.sock");
        Assert.Equal(OpsError.ManagerUnavailable, nothing.Error);
        Assert.Contains("is not there", nothing.Message, StringComparison.Ordinal);

        await using var server = await SupervisorServer.StartAsync("[program:web]\ncommand=/bin/sleep 1000");
        await Shell.BashAsync($"kill -STOP {server.Pid}");
        var frozen = await FailAsync(server.Address);
        Assert.Equal(OpsError.ConnectionFailed, frozen.Error);
        Assert.Contains("did not answer within 10s", frozen.Message, StringComparison.Ordinal);

        await Shell.BashAsync($"kill -CONT {server.Pid}");
        await server.KillAsync();
        var leftOver = await FailAsync(server.Address);
        Assert.Equal(OpsError.ManagerUnavailable, leftOver.Error);
        Assert.Contains("is left over", leftOver.Message, StringComparison.Ordinal);

        async Task<SupervisorException> FailAsync(string address) =>
            await Assert.ThrowsAsync<SupervisorException>(() => SupervisorManager.ConnectAsync(address, TimeProvider.System, Token));
    }

    private static async Task<(ServiceJobStatus, string)> EndAsync(Task<ServiceJobResult> job)
    {
        var end = await job;
        return (end.Status, end.Raw);
    }

    private static Task<IReadOnlyList<ManagedService>> GetAsync(SupervisorManager manager, params string[] names) =>
        manager.GetServicesAsync(new ServiceQuery { Names = names, Detailed = true }, Token);

    private static string[] Names(IEnumerable<ManagedService> services) =>
        [.. services.Select(static s => s.Name).Order(StringComparer.Ordinal)];
}
