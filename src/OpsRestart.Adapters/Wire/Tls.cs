using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsRestart.Adapters.Wire;

/// <summary>How to judge the peer's certificate, and which one to show it.</summary>
internal sealed record Tls
{
    /// <summary>False: anybody may be the server.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file with the only authorities to trust. Default: those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>PEM file of the client's own certificate.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key. Default: it is in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name that the certificate must carry, sent as SNI too. Default: the host of the address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Take a certificate for any name, as long as its authority is trusted. Default false.</summary>
    public bool AnyName { get; init; }

    /// <exception cref="TlsException">A file can't be read.</exception>
    public SslClientAuthenticationOptions ToClientOptions(string host) =>
        new()
        {
            TargetHost = ServerName ?? host,
            ClientCertificates = ClientCertificates(),
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors),
        };

    /// <summary>The judgement for a client that builds its chain with the system's authorities only: it is built again with ours.</summary>
    /// <exception cref="TlsException">A file can't be read.</exception>
    public RemoteCertificateValidationCallback ToCallback()
    {
        if (ChainPolicy() is not { } policy)
        {
            return (_, certificate, chain, errors) => Judge(certificate, chain, errors);
        }

        return (_, certificate, sent, errors) =>
        {
            if (certificate is null)
            {
                return Judge(certificate, sent, errors);
            }

            using var chain = new X509Chain { ChainPolicy = policy.Clone() };
            foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }

            using var x509 = new X509Certificate2(certificate);
            var others = errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
            return Judge(certificate, chain, chain.Build(x509) ? others : others | SslPolicyErrors.RemoteCertificateChainErrors);
        };
    }

    /// <exception cref="TlsException">A file can't be read.</exception>
    public X509CertificateCollection ClientCertificates() =>
        CertificateFile is null ? [] : [Read(CertificateFile, file => X509Certificate2.CreateFromPemFile(file, KeyFile))];

    // True, or an exception that names what is wrong: TLS itself would only say that the certificate was rejected.
    private bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        !Verify || (AnyName ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors) == SslPolicyErrors.None
            ? true
            : throw new TlsException(Problem(certificate, chain, errors));

    private static WireFailure Problem(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return new(WireFailure.TlsFailed, "presented no certificate");
        }

        using var x509 = new X509Certificate2(certificate);
        var presented = $"presented a certificate ({x509.Subject})";
        var status =
            chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return OfTime(presented, x509);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            var names = x509.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static e => e.EnumerateDnsNames());
            return new(
                WireFailure.CertificateNameMismatch,
                $"{presented} for other names "
                    + $"({string.Join(", ", names.DefaultIfEmpty(x509.GetNameInfo(X509NameType.DnsName, forIssuer: false)))})",
                "Call it by one of them, or (a probe) set serverName."
            );
        }

        return new(
            WireFailure.CertificateUntrusted,
            $"{presented} of an authority that is not trusted here ({x509.Issuer}; {status})",
            WireFailure.AboutTrust
        );
    }

    // The chain also reports an authority's dates; the leaf's own are what an admin renews.
    private static WireFailure OfTime(string presented, X509Certificate2 certificate) =>
        certificate.NotBefore.ToUniversalTime() > DateTime.UtcNow
            ? new(
                WireFailure.CertificateNotYetValid,
                $"{presented} that is not valid before {Utc(certificate.NotBefore)}",
                "Check the clocks of both hosts."
            )
            : new(
                WireFailure.CertificateExpired,
                $"{presented} that has expired, or one of its authorities' has (its own end is {Utc(certificate.NotAfter)})",
                "Renew it and reload the service."
            );

    private static string Utc(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private X509ChainPolicy? ChainPolicy()
    {
        if (AuthorityFile is null || !Verify)
        {
            return null;
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        return Read(
            AuthorityFile,
            file =>
            {
                policy.CustomTrustStore.ImportFromPemFile(file);
                return policy;
            }
        );
    }

    private static T Read<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            var failure = new WireFailure(
                WireFailure.TlsFailed,
                $"is not talked to: {file} can't be read ({e.Message.TrimEnd('.')})",
                "Give a PEM file that this user may read."
            );
            throw new TlsException(failure with { IsOurs = true }, e);
        }
    }
}

/// <summary>There is no TLS session, and why is known.</summary>
internal sealed class TlsException(WireFailure failure, Exception? innerException = null)
    : AuthenticationException(failure.What, innerException)
{
    public WireFailure Failure { get; } = failure;
}
