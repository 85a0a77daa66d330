using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsRestart.Adapters.Amqp;

/// <summary>How TLS is checked. Settings have the names of RabbitMQ's URIs or those of kombu: <c>cacertfile</c> or <c>ssl_ca_certs</c>.</summary>
internal sealed record AmqpTlsOptions
{
    /// <summary>False for <c>verify=verify_none</c> and <c>ssl_cert_reqs=none</c>: anybody may be the server.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file of the authorities to trust instead of the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>PEM files of the client's own certificate and key.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>The check of the server's certificate; null: the system's own.</summary>
    /// <exception cref="AuthenticationException">A file can't be read.</exception>
    public RemoteCertificateValidationCallback? Check()
    {
        if (!Verify)
        {
            return static (_, _, _, _) => true;
        }

        if (AuthorityFile is null)
        {
            return null;
        }

        var trusted = Read(AuthorityFile, static file =>
        {
            var store = new X509Certificate2Collection();
            store.ImportFromPemFile(file);
            return store;
        });
        return (_, certificate, chain, errors) => certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && IsTrusted(certificate, chain, trusted);
    }

    /// <exception cref="AuthenticationException">A file can't be read.</exception>
    public X509CertificateCollection ClientCertificates() =>
        CertificateFile is null ? [] : [Read(CertificateFile, file => X509Certificate2.CreateFromPemFile(file, KeyFile))];

    private static bool IsTrusted(X509Certificate certificate, X509Chain? sent, X509Certificate2Collection trusted)
    {
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }

    private static T Read<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AuthenticationException($"{file} can't be read: {e.Message}", e);
        }
    }
}
