using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpsRestart.Adapters.Wire;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Wire;

/// <summary>One judgement of certificates, for clients that take our options and for those that build the chain by themselves.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opsrestart-tls");

    public static TheoryData<string, bool, string?> Judgements =>
        new()
        {
            { "trusted", true, null },
            { "trusted", false, null },
            { "stranger", true, WireFailure.CertificateUntrusted },
            { "stranger", false, WireFailure.CertificateUntrusted },
            { "other name", true, WireFailure.CertificateNameMismatch },
            { "other name", false, WireFailure.CertificateNameMismatch },
            { "any name", true, null },
            { "by server name", true, null },
            { "blind", true, null },
            { "blind", false, null },
        };

    [Theory]
    [MemberData(nameof(Judgements))]
    public async Task An_authority_of_our_own_is_the_only_one_and_the_name_counts(string what, bool byOptions, string? reason)
    {
        using var certificate = Made(what is "other name" or "any name" or "by server name" ? "other.example.org" : "localhost");
        using var stranger = Made("localhost");
        var tls = what switch
        {
            "stranger" => new Tls { AuthorityFile = Write("ca.pem", stranger) },
            "any name" => new Tls { AuthorityFile = Write("ca.pem", certificate), AnyName = true },
            "by server name" => new Tls { AuthorityFile = Write("ca.pem", certificate), ServerName = "other.example.org" },
            "blind" => new Tls { Verify = false },
            _ => new Tls { AuthorityFile = Write("ca.pem", certificate) },
        };
        await using var server = Serving(certificate, null);
        var error = await Record.ExceptionAsync(() => ConnectAsync(server, tls, byOptions));
        Assert.Equal(reason, (error as TlsException)?.Failure.Reason);
        Assert.True(reason is not null || error is null, error?.ToString());
    }

    [Fact]
    public async Task The_client_s_own_certificate_is_shown()
    {
        using var certificate = Made("localhost");
        using var own = Made("ops");
        var shown = "";
        await using var server = Serving(certificate, c => shown = c?.Subject ?? "none");
        var tls = new Tls { Verify = false };
        await ConnectAsync(server, tls, byOptions: true);
        Assert.Equal("none", shown);
        await ConnectAsync(
            server,
            tls with
            {
                CertificateFile = Write("own.pem", own),
                KeyFile = WriteText("own.key", own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
            },
            byOptions: true
        );
        Assert.Equal("CN=ops", shown);
    }

    [Theory]
    [InlineData("AuthorityFile")]
    [InlineData("CertificateFile")]
    public void A_file_of_ours_that_can_not_be_read_says_nothing_of_the_peer(string what)
    {
        var tls = what == "AuthorityFile" ? new Tls { AuthorityFile = "/no/such.pem" } : new Tls { CertificateFile = "/no/such.pem" };
        var failure = Assert.Throws<TlsException>(() => tls.ToClientOptions("localhost")).Failure;
        Assert.Equal((WireFailure.TlsFailed, true), (failure.Reason, failure.IsOurs));
        Assert.Contains("/no/such.pem", failure.What, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task ConnectAsync(FakeServer server, Tls tls, bool byOptions)
    {
        if (byOptions)
        {
            await using var stream = await new Place("localhost", server.Port).ConnectAsync(tls, default);
            await stream.ReadExactlyAsync(new byte[1]);
            return;
        }

        await using var plain = await new Place("localhost", server.Port).ConnectAsync(null, default);
        await using var secure = new SslStream(plain, leaveInnerStreamOpen: true, tls.ToCallback());
        await secure.AuthenticateAsClientAsync("localhost");
    }

    // It says a byte when it has seen the client's certificate.
    private static FakeServer Serving(X509Certificate2 certificate, Action<X509Certificate?>? see) =>
        new(
            async (stream, cancellationToken) =>
            {
                await using var tls = new SslStream(stream);
                var options = new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = see is not null,
                    RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    {
                        see?.Invoke(shown);
                        return true;
                    },
                };
                await tls.AuthenticateAsServerAsync(options, cancellationToken);
                await tls.WriteAsync("x"u8.ToArray(), cancellationToken);
            }
        );

    private static X509Certificate2 Made(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    private string Write(string name, X509Certificate2 certificate) => WriteText(name, certificate.ExportCertificatePem());

    private string WriteText(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
