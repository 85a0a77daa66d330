namespace OpsRestart.Adapters.Redis;

/// <summary>How TLS is checked. The names are those of redis-py and kombu URLs.</summary>
internal sealed record RedisTlsOptions
{
    /// <summary>False for <c>ssl_cert_reqs=none</c>: anybody may be the server.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>PEM file of the authorities to trust instead of the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>PEM files of the client's own certificate and key.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }
}
