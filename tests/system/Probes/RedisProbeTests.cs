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
