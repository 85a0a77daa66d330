using System.Diagnostics;
using OpsRestart.Adapters.Redis;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Redis;

public sealed class RedisConnectionTests
{
    [Fact]
    public async Task Pipelines_transactions_and_binary_values_come_back_as_sent()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await server.ConnectAsync();
        byte[] binary = [0, 13, 10, 255, 42];
        var replies = await connection.PipelineAsync([new("SET", "k", binary), new("GET", "k"), new("NOSUCH"), new("INCR", "n")], default);
        Assert.True(replies[0].IsOk);
        Assert.Equal(binary, replies[1].Bytes.ToArray());
        Assert.Equal("ERR", replies[2].Error!.Code);
        Assert.Equal(1, replies[3].Integer);

        var transaction = await connection.TransactionAsync([new("LPUSH", "l", "a", "b"), new("LLEN", "l"), new("INCR", "l")], default);
        Assert.Equal([2, 2], transaction.Take(2).Select(r => r.Integer));
        Assert.Equal("WRONGTYPE", transaction[2].Error!.Code);
        var refused = await Assert.ThrowsAsync<RedisException>(() =>
            connection.TransactionAsync([new("GET", "k"), new("NOSUCH")], default)
        );
        Assert.Contains("NOSUCH", refused.Message, StringComparison.Ordinal);
        Assert.Equal(binary, (await connection.CallAsync(new("GET", "k"), default)).Bytes.ToArray());
    }

    [Fact]
    public async Task A_blocking_pop_ends_with_its_value_and_with_cancellation()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sender = await server.ConnectAsync();
        await using var waiter = await server.ConnectAsync();
        var popped = waiter.SendAsync(new("BRPOP", "list", 10), TimeSpan.FromSeconds(12), default);
        await sender.CallAsync(new("LPUSH", "list", "x"), default);
        Assert.Equal(["list", "x"], (await popped).Texts());

        using var cancel = new CancellationTokenSource();
        var waiting = waiter.SendAsync(new("BRPOP", "list", 60), TimeSpan.FromSeconds(62), cancel.Token);
        var clock = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromSeconds(1));
        Assert.True(waiter.IsClosed);
    }

    [Fact]
    public async Task A_silent_server_is_a_time_out_and_a_dead_one_a_refusal()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse(server.Address),
            TimeSpan.FromMilliseconds(200),
            default
        );
        var silent = await Assert.ThrowsAsync<RedisException>(() => connection.SendAsync(new("BRPOP", "nothing", 0), default));
        Assert.Equal(("Timeout", OpsError.ConnectionFailed), (silent.Code, silent.Error));
        await server.KillAsync();
        var dead = await Assert.ThrowsAsync<RedisException>(server.ConnectAsync);
        Assert.Equal(("Refused", OpsError.ConnectionFailed), (dead.Code, dead.Error));
    }

    [Fact]
    public async Task Logs_in_with_a_password_or_an_ACL_user_and_tells_the_refusals_apart()
    {
        await using var server = await RedisServer.StartAsync();
        await using (var admin = await server.ConnectAsync())
        {
            await admin.CallAsync(new("ACL", "SETUSER", "ops", "on", ">p@ss/word", "~*", "&*", "+@all", "-client"), default);
            await admin.CallAsync(new("CONFIG", "SET", "requirepass", "main secret"), default);
        }

        async Task<RedisException> RefusedAsync(string login) =>
            await Assert.ThrowsAsync<RedisException>(async () =>
            {
                await using var c = await RedisConnection.ConnectAsync(
                    RedisEndpoint.Parse(server.Address.Replace("://", "://" + login, StringComparison.Ordinal)),
                    null,
                    default
                );
                await c.CallAsync(new("CLIENT", "LIST"), default);
            });

        Assert.Equal("NOAUTH", (await RefusedAsync("")).Code);
        var wrong = await RefusedAsync("ops:n0t-th1s@");
        Assert.Equal(("WRONGPASS", OpsError.AuthenticationFailed), (wrong.Code, wrong.Error));
        Assert.DoesNotContain("n0t-th1s", wrong.ToString(), StringComparison.Ordinal);
        var forbidden = await RefusedAsync("ops:p@ss/word@");
        Assert.Equal(("NOPERM", OpsError.AccessDenied), (forbidden.Code, forbidden.Error));

        await using var main = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse(server.Address.Replace("://", "://:main%20secret@", StringComparison.Ordinal)),
            null,
            default
        );
        Assert.Equal("PONG", (await main.CallAsync(new("PING"), default)).Text);
    }

    [Fact]
    public async Task A_kept_connection_whose_server_was_restarted_is_made_anew_unseen()
    {
        await using var server = await RedisServer.StartAsync();
        await using var line = new RedisLine(RedisEndpoint.Parse(server.Address));
        var first = await line.GetAsync(default);
        Assert.Same(first, await line.GetAsync(default));
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal("PONG", (await (await line.GetAsync(default)).CallAsync(new("PING"), default)).Text);
        Assert.Equal(1, line.Interruptions);
    }

    [Fact]
    public async Task Uses_a_Unix_socket_and_the_chosen_database()
    {
        var socket = Path.Combine(Path.GetTempPath(), $"opsrestart-{Guid.NewGuid():N}.sock");
        await using var server = await RedisServer.StartAsync("--unixsocket", socket);
        await using var connection = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+socket://{socket}?virtual_host=3"),
            null,
            default
        );
        Assert.Contains(" db=3 ", (await connection.CallAsync(new("CLIENT", "LIST"), default)).Text, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<RedisException>(() =>
            RedisConnection.ConnectAsync(RedisEndpoint.Parse("unix:///nowhere.sock"), null, default)
        );
        Assert.Equal("SocketNotFound", missing.Code);
    }

    [Fact]
    public async Task Yields_messages_of_a_pattern_until_cancelled()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sender = await server.ConnectAsync();
        await using var listener = await server.ConnectAsync();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var messages = listener.SubscribeAsync(["news.*"], cancel.Token).GetAsyncEnumerator();
        var next = messages.MoveNextAsync();
        while ((await sender.CallAsync(new("PUBLISH", "news.a", "hello"), cancel.Token)).Integer == 0)
        {
            await Task.Delay(5, cancel.Token);
        }

        Assert.True(await next);
        Assert.Equal("news.a", messages.Current.Channel);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await messages.MoveNextAsync());
        await messages.DisposeAsync();
    }

    [Fact]
    public async Task Speaks_TLS_and_trusts_only_whom_it_is_told()
    {
        await using var server = await TlsRedisServer.StartAsync();
        var address = $"rediss://localhost:{server.TlsPort}/0";
        await using var trusted = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"{address}?ssl_ca_certs={server.AuthorityFile}"),
            null,
            default
        );
        Assert.Equal("PONG", (await trusted.CallAsync(new("PING"), default)).Text);
        await using var blind = await RedisConnection.ConnectAsync(RedisEndpoint.Parse($"{address}?ssl_cert_reqs=none"), null, default);
        Assert.Equal("PONG", (await blind.CallAsync(new("PING"), default)).Text);
        var refused = await Assert.ThrowsAsync<RedisException>(() =>
            RedisConnection.ConnectAsync(RedisEndpoint.Parse(address), null, default)
        );
        Assert.Equal("CertificateUntrusted", refused.Code);
    }

    [Fact]
    public async Task Finds_the_master_through_its_sentinels()
    {
        await using var server = await RedisServer.StartAsync();
        await using var sentinel = await SentinelServer.StartAsync("mymaster", server.Port);
        var dead = RedisServer.FreePort();
        await using var connection = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"sentinel://127.0.0.1:{dead},127.0.0.1:{sentinel.Port}/2?master_name=mymaster"),
            null,
            default
        );
        Assert.Equal((server.Port, 2), (connection.Endpoint.Place.Port, connection.Endpoint.Database));
        var unknown = await Assert.ThrowsAsync<RedisException>(() =>
            RedisConnection.ConnectAsync(RedisEndpoint.Parse($"sentinel://127.0.0.1:{sentinel.Port}?master_name=other"), null, default)
        );
        Assert.Equal("NoMaster", unknown.Code);
    }
}
