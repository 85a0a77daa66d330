using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Files;
using OpsRestart.Core.Probes;
using OpsRestart.Core.Services;

namespace OpsRestart.Tests.Units.Probes;

public sealed class LogProbeTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 1, 31, 12, 0, 0, 500, DateTimeKind.Utc);
    private static readonly ServiceNode Node = new()
    {
        Name = "web",
        Service = "nautobot",
        HostName = "ops@a",
    };
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("2026-01-31 12:00:01,123 INFO ready", "2026-01-31T12:00:01.1230000Z")]
    [InlineData("[2026-01-31 12:00:01 +0200] [12] [INFO] Booting worker", "2026-01-31T10:00:01.0000000Z")]
    [InlineData("[2026-01-31 12:00:01,123: INFO/MainProcess] celery@a ready.", "2026-01-31T12:00:01.1230000Z")]
    [InlineData("2026-01-31T12:00:01.5Z ready", "2026-01-31T12:00:01.5000000Z")]
    [InlineData("2026/01/31 12:00:01 [error] 1#1: connect() failed", "2026-01-31T12:00:01.0000000Z")]
    [InlineData("127.0.0.1 - - [31/Jan/2026:12:00:01 -0100] \"GET / HTTP/1.1\" 200", "2026-01-31T13:00:01.0000000Z")]
    [InlineData("1234:M 31 Jan 2026 12:00:01.250 * Ready to accept connections", "2026-01-31T12:00:01.2500000Z")]
    [InlineData("Jan 31 12:00:01 host app[1]: ready", "2026-01-31T12:00:01.0000000Z")]
    [InlineData("Dec 31 23:59:59 host app[1]: last year's", "2025-12-31T23:59:59.0000000Z")]
    [InlineData("[pid: 1|app: 0] 127.0.0.1 () {} [Sat Jan 31 12:00:01 2026] GET /", "2026-01-31T12:00:01.0000000Z")]
    [InlineData("1769860801: mosquitto version 2.0.11 running", "2026-01-31T12:00:01.0000000Z")]
    [InlineData("  File \"x.py\", line 3", null)]
    [InlineData("2026-13-41 12:00:01 nonsense", null)]
    public void The_time_of_a_line_is_read(string line, string? utc) =>
        Assert.Equal(utc, new LogTimestamp(new Clock()).Read(line)?.ToString("O"));

    [Theory]
    [InlineData("2026-01-31 11:59:59,900 Connected", "NotSeen")]
    [InlineData("2026-01-31 12:00:00,400 Connected", "NotSeen")]
    [InlineData("2026-01-31 12:00:00,600 Connected", "Seen")]
    [InlineData("2026-01-31 12:00:00 Connected", "Seen")]
    [InlineData("2026-01-31 11:59:59,900 Starting\n  Connected", "NotSeen")]
    [InlineData("2026-01-31 12:00:01,900 Starting\n  Connected", "Seen")]
    [InlineData("Connected", "NoTime")]
    [InlineData("", "NotSeen")]
    public async Task In_a_file_only_lines_since_the_start_count(string text, string reason)
    {
        await File.WriteAllTextAsync(_file, text + "\n");
        var result = await RunAsync(new FakeHost(), ("file", _file));
        Assert.Equal(reason, result.Reason);
        Assert.Equal(
            reason == "Seen" ? ProbeStatus.Healthy
                : reason == "NoTime" && text.Length > 0 ? ProbeStatus.Unknown
                : ProbeStatus.Unhealthy,
            result.Status
        );
    }

    [Theory]
    [InlineData("2026-01-31 12:00:05Z", "NotSeen")]
    [InlineData("2026-01-31T12:00:00.5000000Z", "Seen")]
    [InlineData("2026-01-31 14:00 +02:00", "Seen")]
    [InlineData("10m", "NotSeen")]
    [InlineData("100000d", "Seen")]
    public async Task A_moment_to_look_from_is_a_time_or_that_long_ago(string since, string reason)
    {
        await File.WriteAllTextAsync(_file, "2026-01-31 12:00:01,000 Connected\n");
        Assert.Equal(reason, (await RunAsync(new FakeHost(), ("file", _file), ("since", since))).Reason);
    }

    [Fact]
    public async Task A_duration_back_counts_from_the_first_try()
    {
        var host = new FakeHost("no");
        await using var probe = Check.With(host, new Clock()).Create(Check.Define("log", "Connected", ("since", "10m")), ProbeContext.None);
        await probe.CheckAsync(default);
        var first = host.Asked!.Since;
        await probe.CheckAsync(default);
        Assert.Equal((DateTimeKind.Utc, first), (first!.Value.Kind, host.Asked!.Since));
    }

    [Fact]
    public async Task Tail_looks_at_the_last_lines_whatever_their_time()
    {
        await File.WriteAllTextAsync(_file, "Connected\nb\nc\n");
        Assert.Equal("NotSeen", (await RunAsync(new FakeHost(), ("file", _file), ("tail", 2))).Reason);
        Assert.Equal("Seen", (await RunAsync(new FakeHost(), ("file", _file), ("tail", 3))).Reason);
    }

    [Fact]
    public async Task A_missing_file_is_told()
    {
        Assert.Equal((ProbeStatus.Unhealthy, "NoFile"), Verdict(await RunAsync(new FakeHost(), ("file", "/no/such.log"))));
        Assert.Equal((ProbeStatus.Healthy, "NotSeen"), Verdict(await RunAsync(new FakeHost(), ("file", "/no/such.log"), ("absent", true))));
    }

    [Fact]
    public async Task The_journal_is_read_from_the_cursor_of_the_start_at_the_nodes_host()
    {
        var host = new FakeHost("booting", "Connected to broker");
        var result = await RunAsync(host);
        Assert.Equal((ProbeStatus.Healthy, "Seen"), Verdict(result));
        Assert.Equal("nautobot: /Connected/", result.Target);
        Assert.Equal(("ops@a", "nautobot", "cursor-1"), (host.AskedHost, host.Asked!.Services[0], host.Asked.AfterCursor));
        Assert.False(host.Asked.Follow);
    }

    [Fact]
    public async Task Absent_fails_when_the_line_is_seen()
    {
        Assert.Equal((ProbeStatus.Unhealthy, "Seen"), Verdict(await RunAsync(new FakeHost("Connected"), ("absent", true))));
        Assert.Equal((ProbeStatus.Healthy, "NotSeen"), Verdict(await RunAsync(new FakeHost("fine"), ("absent", true))));
    }

    [Fact]
    public async Task A_log_that_may_not_be_read_is_Unknown_not_unhealthy()
    {
        var host = new FakeHost
        {
            Refusal = new OpsRestartException(
                OpsError.AccessDenied,
                "The journal of nautobot may not be read.",
                advice: "Join the group systemd-journal."
            ),
        };
        var result = await RunAsync(host);
        Assert.Equal((ProbeStatus.Unknown, "AccessDenied"), Verdict(result));
        Assert.Contains("systemd-journal", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_of_a_run_only_the_present_invocation_counts()
    {
        var host = new FakeHost("Connected") { Invocation = "old" };
        var factory = Check.With(host, new Clock());
        var definition = new ProbeDefinition
        {
            Kind = "log",
            Target = "Connected",
            Settings = new Dictionary<string, object?> { ["service"] = "nautobot" },
        };
        await using var probe = factory.Create(definition, ProbeContext.None);
        Assert.Equal("NotSeen", (await probe.CheckAsync(default)).Reason);
        host.Invocation = "now";
        Assert.Equal("Seen", (await probe.CheckAsync(default)).Reason);
    }

    private static (ProbeStatus, string) Verdict(ProbeResult result) => (result.Status, result.Reason);

    private static async Task<ProbeResult> RunAsync(FakeHost host, params (string Key, object? Value)[] settings)
    {
        var context = new ProbeContext
        {
            Node = Node,
            LogCursor = "cursor-1",
            StartedAt = Start,
        };
        await using var probe = Check.With(host, new Clock()).Create(Check.Define("log", "Connected", settings), context);
        return await probe.CheckAsync(default);
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(Start.AddSeconds(10));

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }

    private sealed class FakeHost(params string[] lines) : IServiceHost, IServiceLog
    {
        public string? Invocation { get; set; }

        public OpsRestartException? Refusal { get; init; }

        public string? AskedHost { get; private set; }

        public ServiceLogQuery? Asked { get; private set; }

        public Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken) =>
            Task.FromResult<IServiceManager>(new FakeManager());

        public Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken)
        {
            AskedHost = target.HostName;
            return Refusal is null ? Task.FromResult<IServiceLog>(this) : throw Refusal;
        }

        public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(
            ServiceLogQuery query,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            Asked = query;
            await Task.Yield();
            foreach (var line in lines)
            {
                yield return new ServiceLogEntry { Message = line, InvocationId = Invocation };
            }
        }

        public Task<string?> GetCursorAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }

    private sealed class FakeManager : IServiceManager
    {
        public ServiceManagerKind Kind => ServiceManagerKind.Systemd;

        public Task<IReadOnlyList<ManagedService>> GetServicesAsync(ServiceQuery query, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ManagedService>>([
                new ManagedService
                {
                    Name = "nautobot",
                    Id = "nautobot.service",
                    State = ServiceState.Running,
                    InvocationId = "now",
                    Since = Start,
                },
            ]);

        public Task<ServiceJobResult> StartAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ServiceJobResult> StopAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ServiceJobResult> RestartAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task KillAsync(string name, int signal, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ResetFailedAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task EnableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DisableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ServiceManagerUpdate> UpdateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<ServiceProcess>> GetProcessesAsync(string name, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<ManagedService> WatchAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
