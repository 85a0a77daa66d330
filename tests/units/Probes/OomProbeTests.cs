using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Probes;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Services;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>The kernel's lines and its counters, of which a host may have either, both or none.</summary>
public sealed class OomProbeTests : IDisposable
{
    private const string Group = "/system.slice/eat.service";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oom-probe-");
    private readonly Log _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_the_journal_tells_of_the_host_counts_and_the_last_one_is_named()
    {
        _log.Say("Linux version 6.1");
        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(await RunAsync("")));
        _log.Kill(4711, "python3", Group);
        _log.Kill(4712, "ruby", "/user.slice");

        var result = await RunAsync("");

        Assert.Equal((ProbeStatus.Unhealthy, "OomKilled"), Brief(result));
        Assert.Equal(2, result.Measures.Single().Value);
        Assert.Contains("The last was ruby (pid 4712)", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_service_only_its_own_control_group_counts()
    {
        _log.Kill(4712, "ruby", "/system.slice/eat.service.d");
        _log.Kill(4713, "ruby", "/system.slice/other.service");
        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(await RunAsync("eat")));
        _log.Kill(4714, "python3", Group + "/worker");

        Assert.Equal((ProbeStatus.Unhealthy, "OomKilled"), Brief(await RunAsync("eat")));
    }

    [Fact]
    public async Task Where_no_kernel_line_reaches_the_journal_the_counters_are_what_is_known()
    {
        Assert.Equal((ProbeStatus.Unknown, "NotTold"), Brief(await RunAsync("eat")));
        Write("cgroup" + Group + "/memory.events", "oom_kill 0\n");
        var calm = await RunAsync("eat");
        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(calm));
        Assert.Contains("since its start, which is all that is known", calm.Detail, StringComparison.Ordinal);
        Write("cgroup" + Group + "/memory.events", "oom_kill 2\n");
        Assert.Equal((ProbeStatus.Unhealthy, "OomKilled"), Brief(await RunAsync("eat")));

        Assert.Equal((ProbeStatus.Unknown, "NotTold"), Brief(await RunAsync("")));
        Write("vmstat", "pgfault 1\noom_kill 1\n");
        Assert.Equal((ProbeStatus.Unhealthy, "OomKilled"), Brief(await RunAsync("")));
    }

    [Fact]
    public async Task A_counter_that_knows_more_than_the_journal_is_believed_and_limits_hold()
    {
        _log.Say("Linux version 6.1");
        Write("cgroup" + Group + "/memory.events", "oom_kill 3\n");

        Assert.Equal((ProbeStatus.Unhealthy, "OomKilled"), Brief(await RunAsync("eat")));
        Assert.Equal((ProbeStatus.Degraded, "OomKilled"), Brief(await RunAsync("eat", ("warn", 2), ("crit", 10))));
        Assert.Equal((ProbeStatus.Healthy, "OK"), Brief(await RunAsync("eat", ("crit", 3))));
    }

    [Fact]
    public async Task A_journal_that_may_not_be_read_is_no_answer()
    {
        _log.IsClosed = true;

        Assert.Equal((ProbeStatus.Unknown, "NotTold"), Brief(await RunAsync("eat")));
    }

    private static (ProbeStatus, string) Brief(ProbeResult result) => (result.Status, result.Reason);

    private async Task<ProbeResult> RunAsync(string target, params (string Key, object? Value)[] settings)
    {
        var counter = new KillCount(Path.Combine(_folder.FullName, "cgroup"), Path.Combine(_folder.FullName, "vmstat"));
        var definition = Check.Define("oom", target, settings) with { Node = null };
        await using var probe = new OomProbe(
            new ProbeSettings(definition),
            new Host(_log),
            ProbeContext.None,
            TimeProvider.System,
            counter
        );
        return await probe.CheckAsync(default);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private sealed class Log : IServiceLog
    {
        private readonly List<ServiceLogEntry> _entries = [];

        public bool IsClosed { get; set; }

        public void Say(string message) => _entries.Add(new ServiceLogEntry { Message = message, Time = DateTime.UtcNow });

        public void Kill(int pid, string name, string group)
        {
            Say(
                $"oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,task_memcg={group},task={name},pid={pid},uid=0"
            );
            Say($"Memory cgroup out of memory: Killed process {pid} ({name}) total-vm:1kB");
        }

        public Task<string?> GetCursorAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(
            ServiceLogQuery query,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            Assert.True(query.Kernel);
            await Task.Yield();
            foreach (var entry in IsClosed ? throw new OpsRestartException(OpsError.AccessDenied, "Closed.") : _entries)
            {
                yield return entry;
            }
        }
    }

    private sealed class Host(Log log) : IServiceHost
    {
        public Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken)
        {
            var services = new FakeServices(TimeProvider.System);
            services.Unit("eat").ControlGroup = Group;
            return services.GetManagerAsync(target, cancellationToken);
        }

        public Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken) =>
            Task.FromResult<IServiceLog>(log);
    }
}
