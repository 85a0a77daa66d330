using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Wire;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Wire;

public sealed class WireFailureTests
{
    public static TheoryData<Exception, string?> Thrown =>
        new()
        {
            { new SocketException((int)SocketError.ConnectionRefused), "Refused" },
            { new IOException("x", new SocketException((int)SocketError.ConnectionReset)), "Closed" },
            { new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound)), "NameNotFound" },
            {
                new AggregateException(new InvalidOperationException(), new SocketException((int)SocketError.HostUnreachable)),
                "Unreachable"
            },
            { new AuthenticationException("the remote certificate is invalid: PartialChain"), "CertificateUntrusted" },
            { new IOException("x", new TlsException(new WireFailure("CertificateExpired", "x"))), "CertificateExpired" },
            { new IOException("x", new CryptographicException("sslv3 alert bad certificate")), "TlsFailed" },
            { new TimeoutException(), "Timeout" },
            { new OperationCanceledException(), "Timeout" },
            { new InvalidDataException(), "ProtocolError" },
            { new EndOfStreamException(), "Closed" },
            { new IOException("x", new InvalidOperationException("the client's own words")), null },
            { new InvalidOperationException(), null },
        };

    [Theory]
    [MemberData(nameof(Thrown))]
    public void What_the_network_throws_has_one_word(Exception error, string? reason) =>
        Assert.Equal(reason, WireFailure.Of(error)?.Reason);

    [Fact]
    public void A_missing_Unix_socket_is_no_missing_address()
    {
        var error = new SocketException((int)SocketError.AddressNotAvailable);
        Assert.Equal("SocketNotFound", WireFailure.Of(error, isUnixSocket: true)!.Reason);
        Assert.Equal("AddressNotAvailable", WireFailure.Of(error)!.Reason);
    }

    [Fact]
    public async Task Probes_Redis_and_RabbitMQ_say_the_same()
    {
        var port = FakeServer.DeadPort();
        var redis = await Assert.ThrowsAsync<RedisException>(() =>
            RedisConnection.ConnectAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{port}"), null, default)
        );
        await using var line = new AmqpLine(AmqpEndpoint.Parse($"amqp://127.0.0.1:{port}"));
        var rabbit = await Assert.ThrowsAsync<AmqpException>(() => line.GetAsync(default));
        var tcp = await Check.RunAsync("tcp", $"127.0.0.1:{port}");
        Assert.Equal(("Refused", "Refused", "Refused"), (redis.Code, rabbit.Code, tcp.Reason));
        Assert.All(
            [redis.Message, rabbit.Message, tcp.Detail],
            static m => Assert.Contains("refused the connection: nothing listens there", m)
        );
    }

    [Fact]
    public async Task A_server_that_closes_at_once_is_unhealthy_for_every_client()
    {
        await using var server = new FakeServer(static (_, _) => Task.CompletedTask);
        foreach (var kind in new[] { "redis", "amqp", "memcached", "mqtt" })
        {
            var result = await Check.RunAsync(kind, $"{kind}://{server.Address}");
            Assert.True((result.Status, result.Reason) == (ProbeStatus.Unhealthy, "Closed"), $"{kind}: {result.Reason} {result.Detail}");
        }
    }
}
