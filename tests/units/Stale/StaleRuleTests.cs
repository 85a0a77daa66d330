using OpsRestart.Adapters.Stale;
using OpsRestart.Core.Services;

namespace OpsRestart.Tests.Units.Stale;

public sealed class StaleRuleTests
{
    private static readonly DateTime T = new(2026, 8, 1, 10, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void What_is_older_than_all_it_stands_on_is_stale_for_each_reason()
    {
        var facts = new StaleFacts
        {
            UnitFiles = [new FileChange("/etc/u", T.AddSeconds(1)), new FileChange("/etc/old", T.AddSeconds(-1))],
            ConfigFiles = [new FileChange("/etc/c", T.AddSeconds(1))],
            Programs = [new FileChange("/srv/app.py", T.AddSeconds(1)), new FileChange("/usr/bin/app", T.AddSeconds(1))],
            ReplacedPrograms = ["/usr/bin/app"],
            ReplacedLibraries = ["/usr/lib/libssl.so.3"],
        };
        Assert.Equal(
            [
                "Need: redis was started later",
                "Unit: /etc/u was changed later",
                "Program: /usr/bin/app was replaced",
                "Program: /srv/app.py was changed later",
                "Library: /usr/lib/libssl.so.3 was replaced",
                "Config: /etc/c was changed later",
            ],
            Judge(Up(T), ("redis", Up(T.AddSeconds(1))), facts)
        );
    }

    [Fact]
    public void What_is_younger_is_not()
    {
        var facts = new StaleFacts { UnitFiles = [new FileChange("/etc/u", T)], ConfigFiles = [new FileChange("/etc/c", T)] };
        Assert.Equal([], Judge(Up(T), ("redis", Up(T)), facts));
    }

    [Fact]
    public void A_need_that_is_down_says_nothing() =>
        Assert.Equal([], Judge(Up(T), ("redis", Up(T.AddSeconds(9)) with { State = ServiceState.Stopped }), StaleFacts.None));

    [Fact]
    public void The_start_of_the_process_counts_for_files_and_not_when_it_was_ready()
    {
        var facts = new StaleFacts { ProcessStart = T, ConfigFiles = [new FileChange("/etc/c", T.AddSeconds(2))] };
        Assert.Equal(["Config: /etc/c was changed later"], Judge(Up(T.AddSeconds(5)), null, facts));
    }

    [Fact]
    public void A_unit_file_that_is_not_loaded_is_told_as_that() =>
        Assert.Equal(
            ["Unit: its unit file was changed, and is not loaded yet"],
            Judge(Up(T) with { NeedsReload = true }, null, new StaleFacts { UnitFiles = [new FileChange("/etc/u", T.AddSeconds(1))] })
        );

    [Fact]
    public void Whole_seconds_of_supervisord_make_nothing_stale()
    {
        var program = Up(T) with { Manager = ServiceManagerKind.Supervisor };
        Assert.Equal([], Judge(program, ("redis", Up(T.AddMilliseconds(900))), StaleFacts.None));
        Assert.Equal(["Need: redis was started later"], Judge(program, ("redis", Up(T.AddSeconds(1.1))), StaleFacts.None));
    }

    [Fact]
    public void One_of_which_nobody_knows_since_when_it_runs_is_not_judged_by_time() =>
        Assert.Equal([], Judge(Up(T) with { Since = null }, ("redis", Up(T)), new StaleFacts { ConfigFiles = [new FileChange("/c", T)] }));

    [Fact]
    public void Only_executed_files_of_the_maps_are_libraries() =>
        Assert.Equal(
            ["/usr/lib/with a space.so", "/usr/lib/x86_64-linux-gnu/libssl.so.3"],
            ProcessFiles.Libraries(
                """
                55d0c0a00000-55d0c0a02000 r-xp 00000000 08:01 1 /usr/bin/app (deleted)
                7f0000000000-7f0000001000 r--p 00000000 08:01 2 /usr/lib/x86_64-linux-gnu/libcrypto.so.3 (deleted)
                7f0000001000-7f0000002000 r-xp 00001000 08:01 3 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
                7f0000002000-7f0000003000 r-xp 00001000 08:01 3 /usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)
                7f0000003000-7f0000004000 r-xp 00000000 08:01 4 /usr/lib/libc.so.6
                7f0000004000-7f0000005000 r-xp 00000000 00:01 5 /memfd:jit (deleted)
                7f0000005000-7f0000006000 rwxs 00000000 00:01 6 /dev/zero (deleted)
                7f0000006000-7f0000007000 r-xp 00000000 08:01 7 /usr/lib/with a space.so (deleted)
                7f0000007000-7f0000008000 r-xp 00000000 00:00 0
                7fff00000000-7fff00001000 r-xp 00000000 00:00 0 [vdso]
                """.Split('\n'),
                "/usr/bin/app"
            )
        );

    private static IEnumerable<string> Judge(ManagedService service, (string, ManagedService)? need, StaleFacts facts) =>
        StaleRule.Judge(service, need is { } n ? [n] : [], facts).Select(static r => $"{r.Kind}: {r}");

    private static ManagedService Up(DateTime since) =>
        new()
        {
            Name = "x",
            Id = "x.service",
            State = ServiceState.Running,
            Since = since,
        };
}
