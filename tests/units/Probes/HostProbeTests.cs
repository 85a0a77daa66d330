using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Probes.Packages;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>What the host's own files and tools say, as they write it.</summary>
public sealed class HostProbeTests
{
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>Lines of Linux 6.1 about one kill in a control group.</summary>
    private static readonly string[] OneKill =
    [
        "python3 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
        "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/eat.service,"
            + "task_memcg=/system.slice/eat.service,task=python3,pid=4711,uid=0",
        "Memory cgroup out of memory: Killed process 4711 (python3) total-vm:59212kB, anon-rss:48064kB, file-rss:5120kB, UID:0",
        "eth0: link up",
    ];

    [Fact]
    public void The_lines_of_one_kill_are_one()
    {
        var kills = KillLog.Merge(OneKill.Select(Entry).Select(KillLog.Parse).OfType<KillLog>());

        var kill = Assert.Single(kills);
        Assert.Equal((4711, "python3", "/system.slice/eat.service"), (kill.Pid, kill.Name, kill.Group));
    }

    [Fact]
    public void The_same_number_an_hour_later_is_another_process()
    {
        var first = KillLog.Parse(Entry(OneKill[2]))!;

        Assert.Equal(2, KillLog.Merge([first, first with { At = Noon.AddHours(1) }]).Count);
        Assert.Equal(2, KillLog.Merge([first, first with { Pid = 4712 }]).Count);
    }

    [Fact]
    public void Before_Linux_4_20_there_is_no_control_group_in_it()
    {
        var kill = KillLog.Parse(Entry("Out of memory: Killed process 12 (a (b)) total-vm:1kB"));

        Assert.Equal((12, "a (b", (string?)null), (kill!.Pid, kill.Name, kill.Group));
        Assert.Null(KillLog.Parse(Entry("oom_reaper: reaped process 12 (x)")));
    }

    [Theory]
    [InlineData("a.slice/memory.events", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n", 2L)]
    [InlineData("memory/a.slice/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n", 4L)]
    [InlineData("memory/a.slice/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n", null)]
    [InlineData("a.slice/memory.events", "oom_kill many\n", null)]
    public void Kills_of_a_control_group_are_counted_by_either_version(string file, string text, long? count)
    {
        var root = Directory.CreateTempSubdirectory("kill-count-").FullName;
        try
        {
            var path = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);

            Assert.Equal(count, new KillCount(root).Of("/a.slice"));
            Assert.Null(new KillCount(root).Of("/b.slice"));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Theory]
    [InlineData(MemoryMeasure.Resident, 49218.0 * 1024)]
    [InlineData(MemoryMeasure.Virtual, 600001.0 * 1024)]
    public void The_memory_of_a_process_is_what_proc_says(MemoryMeasure measure, double? bytes)
    {
        Assert.Equal(bytes, ProcessMemory.Parse("Name:\tpython3\nVmSize:\t  600001 kB\nVmRSS:\t   49218 kB\nThreads:\t1\n", measure));
        Assert.Null(ProcessMemory.Parse("Name:\tkthreadd\n", measure));
        Assert.True(ProcessMemory.Of(Environment.ProcessId, measure) > 1 << 20);
        Assert.Null(ProcessMemory.Of(int.MaxValue, measure));
    }

    [Fact]
    public void Updates_are_told_apart_by_their_archive()
    {
        const string Simulation = """
            NOTE: This is only a simulation!
            Inst libc6 [2.36-9+deb12u9] (2.36-9+deb12u10 Debian:12.10/stable [amd64])
            Inst openssl [3.0.15-1] (3.0.16-1 Debian-Security:12/stable-security [amd64])
            Inst tzdata [2024a] (2025a Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [all]) []
            Inst linux-image-6.1.0-32-amd64 (6.1.129-1 Debian:12.10/stable [amd64])
            Conf libc6 (2.36-9+deb12u10 Debian:12.10/stable [amd64])
            """;

        Assert.Equal(
            [("libc6", false), ("openssl", true), ("tzdata", true), ("linux-image-6.1.0-32-amd64", false)],
            PendingUpdate.Read(Simulation).Select(static u => (u.Name, u.IsSecurity))
        );
    }

    [Fact]
    public void Packages_are_installed_or_held() =>
        Assert.Equal(
            [new("redis-server", IsHeld: false), new("postgresql-15", IsHeld: true)],
            PackageState.Read(
                "redis-server install ok installed\npostgresql-15 hold ok installed\nold deinstall ok config-files\n\nredis-server install ok installed"
            )
        );

    [Fact]
    public async Task The_own_name_of_a_host_and_what_is_no_name()
    {
        Assert.Equal("OK", (await Check.RunAsync("dns", "localhost", ("addresses", "127.0.0.1"))).Reason);
        Assert.Equal("Mismatch", (await Check.RunAsync("dns", "localhost", ("addresses", "192.0.2.1"))).Reason);
        Assert.Equal("NameNotFound", (await Check.RunAsync("dns", "no-such-host.invalid")).Reason);
        Assert.Contains("no address", Check.Findings("dns", "x", ("addresses", "here"))[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_numbers_of_a_plugin_are_kept()
    {
        var result = await Check.RunAsync("exec", "/bin/sh", ("arguments", new object[] { "-c", "echo 'LOAD OK | load1=0.5;5;10 x=2s'" }));

        Assert.Equal("LOAD OK", result.Detail);
        Assert.Equal(["load1=0.5", "x=2s"], result.Measures.Select(static m => m.ToString()));
        Assert.Equal("10", result.Measures[0].Crit);
    }

    private static ServiceLogEntry Entry(string message) => new() { Message = message, Time = Noon };
}
