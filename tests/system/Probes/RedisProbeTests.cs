using System.Diagnostics;
using System.Globalization;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

public sealed class RedisProbeTests
{
    [Fact]
    public async Task A_password_and_an_ACL_user_are_checked_like_a_client_would()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "right");
        await using (var connection = await RedisConnectionOf(server, "right"))
        {
            Assert.True((await connection.CallAsync(new("ACL", "SETUSER", "blind", "on", ">pw", "-@all", "+select"), default)).IsOk);
        }

        var place = $"127.0.0.1:{server.Port}/0";
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NOAUTH", await ProbeCheck.RunAsync("redis", $"redis://{place}"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "WRONGPASS", await ProbeCheck.RunAsync("redis", $"redis://:wrong@{place}"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "WRONGPASS", await ProbeCheck.RunAsync("redis", $"redis://nobody:right@{place}"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NOPERM", await ProbeCheck.RunAsync("redis", $"redis://blind:pw@{place}"));
        var healthy = await ProbeCheck.RunAsync("redis", $"redis://:right@{place}");
        ProbeCheck.Is(ProbeStatus.Healthy, "PONG", healthy);
        Assert.Equal($"redis://:***@{place}", healthy.Target);
        Assert.True(healthy.Latency > TimeSpan.Zero);
        Pace.AssertWithin(healthy.Latency, TimeSpan.FromSeconds(1));
        Assert.Equal(DateTimeKind.Utc, healthy.CheckedAt.Kind);
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "PONG",
            await ProbeCheck.RunAsync("redis", $"redis://{place}", ("password", "right"), ("database", 3))
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "DatabaseNotFound",
            await ProbeCheck.RunAsync("redis", $"redis://:right@{place}", ("database", 99))
        );
    }

    [Fact]
    public async Task Keys_are_counted_and_what_is_held_is_saved()
    {
        await using var server = await RedisServer.StartAsync("--dbfilename", "trial.rdb");
        await using var connection = await server.ConnectAsync();
        await connection.PipelineAsync(
            [
                .. Enumerable.Range(0, 2500).Select(static i => new Adapters.Redis.RedisCommand("SET", $"asgi:{i}", "x")),
                new("SET", "other", "y"),
            ],
            default
        );
        var counted = await ProbeCheck.RunAsync("keys", server.Address, ("match", "asgi:*"), ("crit", "1:"), ("warn", 3000));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", counted);
        Assert.Equal(2500, Assert.Single(counted.Measures).Value);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooHigh", await ProbeCheck.RunAsync("keys", server.Address, ("crit", 2500)));
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "TooLow",
            await ProbeCheck.RunAsync("keys", server.Address, ("match", "none:*"), ("crit", "1:"))
        );

        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotPersistent", await ProbeCheck.RunAsync("persistence", server.Address));
        ProbeCheck.Is(ProbeStatus.Healthy, "Saved", await ProbeCheck.RunAsync("persistence", server.Address, ("save", true)));
        var dump = Path.Combine(server.Directory, "trial.rdb");
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("backup", dump, ("maxAge", "1h"), ("crit", "1KiB:")));

        // What it writes can't take this place.
        File.Delete(dump);
        Directory.CreateDirectory(dump);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "SaveFailed", await ProbeCheck.RunAsync("persistence", server.Address, ("save", true)));

        var info = await new Adapters.RedisServers.RedisServerReader(TimeProvider.System).ReadAsync(server.Address, default);
        Assert.Equal((2501, false, "primary"), (info.Keys, info.LastSaveSucceeded, info.Role));
        Assert.True(info is { MemoryUsed: > 0, Clients: > 0, MaxClients: > 0, MemoryPolicy: "noeviction", IsEvicting: false });
    }

    [Fact]
    public async Task Circuit_breakers_are_read_and_reset_and_what_is_none_is_told()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        await connection.PipelineAsync(
            [
                new("SET", "circuit_breaker:mqtt_broker", """{"failures": 5, "state": "open"}""", "EX", 300),
                new("SET", "circuit_breaker:mail", """{"failures": 0}"""),
                new("SET", "circuit_breaker:odd", "5 failures"),
                new("LPUSH", "circuit_breaker:list", "x"),
            ],
            default
        );
        var found = await new Adapters.RedisServers.CircuitBreakers(TimeProvider.System).FindAsync(
            server.Address,
            "circuit_breaker:",
            default
        );
        Assert.Equal(["list", "mail", "mqtt_broker", "odd"], found.Select(static b => b.Name));
        Assert.Equal((5, "open"), (found[2].Failures, found[2].State));
        Assert.True(found[2].TimeToLive > TimeSpan.Zero && found[1].TimeToLive is null);
        Assert.Equal("Its value is no JSON.", found[3].Problem);
        Assert.Equal("Its value is no text.", found[0].Problem);
        Assert.True(await Adapters.RedisServers.CircuitBreakers.ResetAsync(server.Address, found[2].Key, default));
        Assert.False(await Adapters.RedisServers.CircuitBreakers.ResetAsync(server.Address, found[2].Key, default));
    }

    [Fact]
    public async Task Exactly_one_process_of_a_service_is_one()
    {
        await using var units = await Units.InstallAsync(("probe-processes", Units.Service("/bin/sh -c 'sleep 1000 & exec sleep 2000'")));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NotRunning", await ProbeCheck.RunAsync("processes", "probe-processes", ("crit", "1:1")));
        await Systemctl.RunAsync("start", "probe-processes");
        await Eventually.IsTrueAsync(async () =>
            (await ProbeCheck.RunAsync("processes", "probe-processes", ("crit", "2:2"))).Status == ProbeStatus.Healthy
        );
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooHigh", await ProbeCheck.RunAsync("processes", "probe-processes", ("crit", "1:1")));
        await Eventually.IsTrueAsync(async () =>
            (await ProbeCheck.RunAsync("processes", "probe-processes", ("crit", "1:1"), ("pattern", "sleep 2000"))).Status
            == ProbeStatus.Healthy
        );
        ProbeCheck.Is(ProbeStatus.Unknown, "UnitNotFound", await ProbeCheck.RunAsync("processes", "no-such-unit", ("crit", "1:1")));
    }

    [Fact]
    public async Task A_server_that_loads_its_data_is_Starting_and_then_healthy()
    {
        await using var server = await RedisServer.StartAsync(
            "--key-load-delay",
            "20000",
            "--loading-process-events-interval-bytes",
            "1024",
            "--enable-debug-command",
            "yes"
        );
        await using (var connection = await server.ConnectAsync())
        {
            Assert.True((await connection.CallAsync(new("DEBUG", "POPULATE", "100", "k", "2000"), default)).IsOk);
        }

        await server.StopAndSaveAsync();
        await server.StartAgainAsync();
        ProbeCheck.Is(ProbeStatus.Starting, "LOADING", await ProbeCheck.RunAsync("redis", server.Address));
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("redis", server.Address)).Reason == "PONG");
    }

    [Fact]
    public async Task A_replica_without_its_master_is_told_and_so_is_the_wrong_role()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync(
            "--replicaof",
            "127.0.0.1",
            master.Port.ToString(CultureInfo.InvariantCulture),
            "--replica-serve-stale-data",
            "no",
            "--repl-timeout",
            "2"
        );
        await Eventually.IsTrueAsync(async () =>
            (await ProbeCheck.RunAsync("redis", replica.Address, ("role", "replica"))).Reason == "PONG"
        );
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("redis", master.Address, ("minReplicas", 1))).Reason == "PONG");
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooFewReplicas", await ProbeCheck.RunAsync("redis", master.Address, ("minReplicas", 2)));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Replica", await ProbeCheck.RunAsync("redis", replica.Address, ("role", "primary")));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Primary", await ProbeCheck.RunAsync("redis", master.Address, ("role", "replica")));
        await master.KillAsync();
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("redis", replica.Address)).Reason == "MASTERDOWN");
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Refused", await ProbeCheck.RunAsync("redis", master.Address));
    }

    [Fact]
    public async Task An_evicting_broker_is_Degraded()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        ProbeCheck.Is(ProbeStatus.Degraded, "Evicting", await ProbeCheck.RunAsync("redis", server.Address, ("warnEviction", true)));
        ProbeCheck.Is(ProbeStatus.Healthy, "PONG", await ProbeCheck.RunAsync("redis", server.Address));
    }

    [Fact]
    public async Task A_full_server_and_a_hanging_one_are_told_apart()
    {
        await using var server = await RedisServer.StartAsync("--maxclients", "1");
        await using (await server.ConnectAsync())
        {
            ProbeCheck.Is(ProbeStatus.Unhealthy, "MaxClients", await ProbeCheck.RunAsync("redis", server.Address));
        }

        var pid = await Shell.BashAsync($"ss -ltnpH 'sport = :{server.Port}' | grep -o 'pid=[0-9]*' | head -1 | cut -d= -f2");
        await Shell.BashAsync($"kill -STOP {pid}");
        var definition = ProbeCheck.Define("redis", server.Address) with { Timeout = TimeSpan.FromMilliseconds(300) };
        await using var session = new Adapters.Composition.OpsSession();
        var clock = Stopwatch.StartNew();
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Timeout", (await session.CheckAsync([definition], default))[0]);
        Assert.True(clock.Elapsed.TotalSeconds >= 0.29, $"{clock.Elapsed}");
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(2));
        await Shell.BashAsync($"kill -CONT {pid}");
    }

    [Fact]
    public async Task Unix_sockets_and_TLS_are_as_good_as_TCP()
    {
        await using var plain = await RedisServer.StartAsync("--unixsocket", "/tmp/opsrestart-probe.sock");
        ProbeCheck.Is(ProbeStatus.Healthy, "PONG", await ProbeCheck.RunAsync("redis", "unix:///tmp/opsrestart-probe.sock"));
        await using var secure = await TlsRedisServer.StartAsync();
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "CertificateUntrusted",
            await ProbeCheck.RunAsync("redis", $"rediss://localhost:{secure.TlsPort}/0")
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "CertificateNameMismatch",
            await ProbeCheck.RunAsync("redis", $"rediss://127.0.0.1:{secure.TlsPort}/0", ("caFile", secure.AuthorityFile))
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "PONG",
            await ProbeCheck.RunAsync("redis", $"rediss://localhost:{secure.TlsPort}/0", ("caFile", secure.AuthorityFile))
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "PONG",
            await ProbeCheck.RunAsync("redis", $"rediss://localhost:{secure.TlsPort}/0", ("skipCertificateCheck", true))
        );
    }

    private static Task<Adapters.Redis.RedisConnection> RedisConnectionOf(RedisServer server, string password) =>
        Adapters.Redis.RedisConnection.ConnectAsync(
            Adapters.Redis.RedisEndpoint.Parse($"redis://:{password}@127.0.0.1:{server.Port}/0"),
            null,
            default
        );
}
