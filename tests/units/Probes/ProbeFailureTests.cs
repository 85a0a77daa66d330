using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OpsRestart.Core.Probes;

namespace OpsRestart.Tests.Units.Probes;

/// <summary>Refused, unknown name, silence and a wrong certificate are different things, for every kind.</summary>
public sealed class ProbeFailureTests
{
    public static TheoryData<string, string> Kinds =>
        new()
        {
            { "redis", "redis://{0}/0" },
            { "postgres", "postgres://ops@{0}/x?sslmode=disable" },
            { "http", "http://{0}/" },
            { "tcp", "{0}" },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_dead_port_is_Refused(string kind, string target)
    {
        var result = await Check.RunAsync(kind, At(target, $"127.0.0.1:{FakeServer.DeadPort()}"));
        Assert.Equal((ProbeStatus.Unhealthy, "Refused"), (result.Status, result.Reason));
        Assert.Contains("nothing listens", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_unknown_name_is_NameNotFound(string kind, string target)
    {
        var result = await Check.RunAsync(kind, At(target, "no-such-host.invalid:1234"));
        Assert.Equal((ProbeStatus.Unhealthy, "NameNotFound"), (result.Status, result.Reason));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Silence_is_a_Timeout_after_the_time_of_one_try(string kind, string target)
    {
        await using var server = FakeServer.Silent();
        var definition = Check.Define(kind, At(target, server.Address), kind == "tcp" ? [("pattern", "x")] : []) with
        {
            Timeout = TimeSpan.FromMilliseconds(150),
        };
        var result = await Check.RunAsync(definition);
        Assert.Equal((ProbeStatus.Unhealthy, "Timeout"), (result.Status, result.Reason));
        Assert.InRange(result.Latency, TimeSpan.FromMilliseconds(140), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancellation_is_honoured_at_once_and_throws(string kind, string target)
    {
        await using var server = FakeServer.Silent();
        using var cancel = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var check = Check.RunAsync(
            Check.Define(kind, At(target, server.Address), kind == "tcp" ? [("pattern", "x")] : []),
            null,
            cancel.Token
        );
        while (server.Connections == 0)
        {
            await Task.Delay(5);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Each_try_is_a_connection_of_its_own()
    {
        await using var server = FakeServer.Answering("+PONG\r\n");
        await using var probe = Check.Factory.Create(Check.Define("redis", $"redis://{server.Address}/0"), ProbeContext.None);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("PONG", (await probe.CheckAsync(default)).Reason);
        }

        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task Several_ports_are_tried_and_the_dead_one_is_named()
    {
        await using var server = FakeServer.Silent();
        var dead = FakeServer.DeadPort();
        var result = await Check.RunAsync("tcp", $"{server.Address},127.0.0.1:{dead}");
        Assert.Equal((ProbeStatus.Unhealthy, "Refused"), (result.Status, result.Reason));
        Assert.Contains($":{dead} ", result.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^SSH-2", ProbeStatus.Healthy, "Matched")]
    [InlineData("^220 ", ProbeStatus.Unhealthy, "Mismatch")]
    public async Task A_banner_is_judged(string expect, ProbeStatus status, string reason)
    {
        await using var server = new FakeServer(
            static async (stream, cancellationToken) =>
            {
                await stream.WriteAsync("SSH-2.0-OpenSSH"u8.ToArray(), cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        );
        var result = await Check.RunAsync(
            Check.Define("tcp", server.Address, ("pattern", expect)) with
            {
                Timeout = TimeSpan.FromSeconds(3),
            }
        );
        Assert.Equal((status, reason), (result.Status, result.Reason));
        Assert.Contains("SSH-2.0", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_Unix_socket_is_told_as_such()
    {
        var result = await Check.RunAsync("tcp", "/run/no/such.sock");
        Assert.True(result.Reason == "SocketNotFound", result.Detail);
        Assert.Equal("SocketNotFound", (await Check.RunAsync("redis", "unix:///run/no/such.sock")).Reason);
        Assert.Equal("SocketNotFound", (await Check.RunAsync("http", "http://localhost/", ("unixSocket", "/run/no/such.sock"))).Reason);
        Assert.Equal("SocketNotFound", (await Check.RunAsync("postgres", "postgres://ops@/x?host=/run/no/such")).Reason);
    }

    [Theory]
    [InlineData("localhost", -1, 1, null, "CertificateUntrusted")]
    [InlineData("localhost", -1, 1, "ca", "200")]
    [InlineData("localhost", -1, 1, "skipCertificateCheck", "200")]
    [InlineData("other.example.org", -1, 1, "ca", "CertificateNameMismatch")]
    [InlineData("other.example.org", -1, 1, "name", "200")]
    [InlineData("localhost", -3, -2, "ca", "CertificateExpired")]
    [InlineData("localhost", 2, 3, "ca", "CertificateNotYetValid")]
    public async Task The_fault_of_a_certificate_is_named(string name, int from, int to, string? trust, string reason)
    {
        using var certificate = SelfSigned(name, from, to);
        var authority = Path.GetTempFileName();
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem());
        await using var server = new FakeServer(
            async (stream, cancellationToken) =>
            {
                await using var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate },
                    cancellationToken
                );
                await tls.ReadAtLeastAsync(new byte[4096], 1, true, cancellationToken);
                await tls.WriteAsync(Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), cancellationToken);
            }
        );
        List<(string, object?)> settings = [];
        if (trust is "ca" or "name")
        {
            settings.Add(("caFile", authority));
        }

        if (trust == "name")
        {
            settings.Add(("serverName", name));
        }

        if (trust == "skipCertificateCheck")
        {
            settings.Add(("skipCertificateCheck", true));
        }

        var web = await Check.RunAsync("http", $"https://localhost:{server.Port}/", [.. settings]);
        Assert.Equal(reason, web.Reason);
        var tcp = await Check.RunAsync("tcp", $"localhost:{server.Port}", [.. settings, ("tls", true)]);
        Assert.Equal(reason == "200" ? "Connected" : reason, tcp.Reason);
        File.Delete(authority);
    }

    [Fact]
    public async Task A_port_without_TLS_is_TlsFailed()
    {
        await using var server = FakeServer.Answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        Assert.Equal("TlsFailed", (await Check.RunAsync("http", $"https://{server.Address}/")).Reason);
    }

    private static string At(string target, string address) => target.Replace("{0}", address, StringComparison.Ordinal);

    private static X509Certificate2 SelfSigned(string name, int fromDays, int toDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(toDays));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
