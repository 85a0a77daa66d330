using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsRestart.Adapters.Probes;

/// <summary>How to judge the peer's certificate. Settings <c>insecure</c>, <c>caFile</c>, <c>serverName</c>.</summary>
internal sealed record ProbeTls
{
    /// <summary>Take any certificate. Default false.</summary>
    public bool Insecure { get; init; }

    /// <summary>PEM file with the only authorities to trust. Default: those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>The name that the certificate must carry, sent as SNI too. Default: the host of the target.</summary>
    public string? ServerName { get; init; }

    /// <summary>Take a certificate for any name, as long as its authority is trusted. Default false.</summary>
    public bool AnyName { get; init; }

    public static ProbeTls Read(ProbeSettings settings)
    {
        var tls = new ProbeTls { Insecure = settings.Flag("insecure") ?? false, CaFile = settings.Text("caFile"), ServerName = settings.Text("serverName") };
        if (tls.CaFile is { } file && !File.Exists(file))
        {
            settings.Fail("caFile", $"names the file {file}, which does not exist", "Give the path of a PEM file with the authority's certificate.");
        }

        return tls;
    }

    /// <exception cref="ProbeException">The authorities' file can't be read.</exception>
    public SslClientAuthenticationOptions ToClientOptions(string host) => new()
    {
        TargetHost = ServerName ?? host,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(ServerName ?? host, certificate, chain, errors),
        CertificateChainPolicy = CaFile is null ? null : CustomTrust(CaFile),
    };

    /// <summary>True, or a verdict that names what is wrong with the certificate.</summary>
    /// <exception cref="ProbeException">The certificate does not hold.</exception>
    public bool Judge(string name, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        Insecure || (AnyName ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors) == SslPolicyErrors.None
            ? true
            : throw new ProbeException(Problem(name, certificate, chain, errors));

    private static ProbeVerdict Problem(string name, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return ProbeVerdict.Unhealthy(ProbeReason.TlsFailed, $"{name} presented no certificate.");
        }

        using var x509 = new X509Certificate2(certificate);
        var subject = $"The certificate of {name} ({x509.Subject})";
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return OfTime(subject, x509);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            var names = x509.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static e => e.EnumerateDnsNames());
            return ProbeVerdict.Unhealthy(
                ProbeReason.CertificateNameMismatch,
                $"{subject} is for other names ({string.Join(", ", names.DefaultIfEmpty(x509.GetNameInfo(X509NameType.DnsName, forIssuer: false)))}). Probe it by one of them, or set serverName.");
        }

        return ProbeVerdict.Unhealthy(
            ProbeReason.CertificateUntrusted,
            $"{subject} comes from an authority that is not trusted here ({x509.Issuer}; {status}). Set caFile to the authority's certificate, or insecure: true to take any.");
    }

    // The chain also reports an authority's dates; the leaf's own are what an admin renews.
    private static ProbeVerdict OfTime(string subject, X509Certificate2 certificate) => certificate.NotBefore.ToUniversalTime() > DateTime.UtcNow
        ? ProbeVerdict.Unhealthy(ProbeReason.CertificateNotYetValid, $"{subject} is not valid before {Utc(certificate.NotBefore)}. Check the clocks of both hosts.")
        : ProbeVerdict.Unhealthy(ProbeReason.CertificateExpired, $"{subject}, or one of its authorities', has expired (its own end is {Utc(certificate.NotAfter)}). Renew it and reload the service.");

    private static string Utc(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static X509ChainPolicy CustomTrust(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ProbeException(ProbeVerdict.Unknown(ProbeReason.TlsFailed, $"The authorities in {file} can't be read: {e.Message}"), e);
        }

        return policy;
    }
}
