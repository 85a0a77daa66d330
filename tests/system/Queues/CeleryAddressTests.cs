using System.Globalization;
using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Queues;

/// <summary>
/// Ways to a broker other than plain TCP: workers and OpsRestart go the same one, by the address that Celery's own settings hold.
/// </summary>
public sealed class CeleryAddressTests
{
    [Fact]
    public async Task By_TLS()
    {
        TestHost.Needs("celery", "celery");
        await using var tls = await TlsRedisServer.StartAsync();
        var address = string.Create(
            CultureInfo.InvariantCulture,
            $"rediss://localhost:{tls.TlsPort}/0?ssl_cert_reqs=required&ssl_ca_certs={tls.AuthorityFile}"
        );
        await DrainsAndSuspendsAsync(CeleryStack.On(tls.Server, address));
    }

    [Fact]
    public async Task By_a_unix_socket()
    {
        TestHost.Needs("celery", "celery");
        var socket = Path.Combine(Path.GetTempPath(), $"redis-{Guid.NewGuid():N}.sock");
        await DrainsAndSuspendsAsync(
            CeleryStack.On(await RedisServer.StartAsync("--unixsocket", socket), $"redis+socket://{socket}?virtual_host=0")
        );
    }

    [Fact]
    public async Task By_a_sentinel()
    {
        TestHost.Needs("celery", "celery");
        var redis = await RedisServer.StartAsync();
        await using var sentinel = await SentinelServer.StartAsync("main", redis.Port);
        var address = string.Create(CultureInfo.InvariantCulture, $"sentinel://127.0.0.1:{sentinel.Port}/0?master_name=main");
        var stack = CeleryStack.On(
            redis,
            address,
            ("BROKER", string.Create(CultureInfo.InvariantCulture, $"sentinel://127.0.0.1:{sentinel.Port}/0")),
            ("TRANSPORT_OPTIONS", """{"master_name": "main"}""")
        );
        await DrainsAndSuspendsAsync(stack);
    }

    [Fact]
    public async Task As_an_ACL_user()
    {
        TestHost.Needs("celery", "celery");
        var redis = await RedisServer.StartAsync();
        await using (var admin = await redis.ConnectAsync())
        {
            await admin.CallAsync(
                new(
                    "ACL",
                    "SETUSER",
                    "ops",
                    "on",
                    ">p@ss/word",
                    "~*",
                    "&*",
                    "+@all",
                    "-@dangerous",
                    "+client|list",
                    "+info",
                    "+config|get"
                ),
                default
            );
        }

        await DrainsAndSuspendsAsync(
            CeleryStack.On(redis, redis.Address.Replace("://", "://ops:p@ss/word@", StringComparison.Ordinal), ("BROKER", redis.Address))
        );
    }

    [Fact]
    public async Task A_failover_in_the_middle_of_a_drain_is_gone_through()
    {
        TestHost.Needs("celery", "celery");
        var redis = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {redis.Port}");
        await using var sentinel = await SentinelServer.StartAsync("main", redis.Port);
        var address = string.Create(CultureInfo.InvariantCulture, $"sentinel://127.0.0.1:{sentinel.Port}/0?master_name=main");
        await using var stack = CeleryStack.On(
            redis,
            address,
            ("BROKER", string.Create(CultureInfo.InvariantCulture, $"sentinel://127.0.0.1:{sentinel.Port}/0")),
            ("TRANSPORT_OPTIONS", """{"master_name": "main"}""")
        );
        await stack.StartWorkerAsync("a", "-c", "2");
        await using var asked = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse(string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{sentinel.Port}")),
            null,
            default
        );

        // A sentinel asks its master for replicas every ten seconds.
        await Eventually.IsTrueAsync(
            async () => (await asked.CallAsync(new("SENTINEL", "REPLICAS", "main"), default)).Items.Count == 1,
            TimeSpan.FromSeconds(30)
        );
        for (var i = 0; i < 30; i++)
        {
            await stack.SendAsync("sleep", [0.4]);
        }

        await using var system = await stack.OpenAsync();
        var draining = DrainAsync(system, 90);
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended > 3);
        Assert.True((await asked.CallAsync(new("SENTINEL", "FAILOVER", "main"), default)).IsOk);
        var result = await draining;
        Assert.True(result.IsDrained, result.Verdict + ": " + string.Join("; ", result.Evidence));
        Assert.Equal(30, stack.Ledger.EndedIds.Distinct().Count());
        await Task.Delay(300);
        Assert.Empty(stack.Ledger.After(result.At));
        Assert.Equal(
            replica.Port.ToString(CultureInfo.InvariantCulture),
            (await asked.CallAsync(new("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"), default)).Texts()[1]
        );
    }

    private static async Task DrainsAndSuspendsAsync(CeleryStack owned)
    {
        await using var stack = owned;
        await stack.StartWorkerAsync("a", "-c", "2");
        await using var system = await stack.OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            await stack.SendAsync("chain", [5, 0.05]);
        }

        var result = await DrainAsync(system);
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        Assert.Equal(DrainConfidence.Exact, result.Confidence);
        Assert.Equal(18, stack.Ledger.Ended);
        Assert.True(result.At > stack.Ledger.LastEnd);

        await using var lease = await system.SuspendAsync(new SuspendRequest(), default);
        await stack.SendAsync("sleep", [0]);
        await Task.Delay(1500);
        Assert.Equal(18, stack.Ledger.Ended);
        await lease.ResumeAsync(default);
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 19);
    }

    private static Task<DrainResult> DrainAsync(IWorkQueueSystem system, int seconds = 30) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest(),
            TimeSpan.FromSeconds(seconds),
            static _ => { },
            default
        );
}
