namespace OpsRestart.Adapters.Probes;

/// <summary>The words in <see cref="ProbeResult.Reason"/> that several probes share. They are stable: scripts compare with them.</summary>
internal static class ProbeReason
{
    public const string Ok = "OK";

    /// <summary>Nothing listens there.</summary>
    public const string Refused = "Refused";

    /// <summary>No verdict within the time of one try.</summary>
    public const string Timeout = "Timeout";

    public const string NameNotFound = "NameNotFound";

    /// <summary>No route to the host or network.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>The peer closed the connection before it answered.</summary>
    public const string Closed = "Closed";

    /// <summary>The Unix socket's file does not exist.</summary>
    public const string SocketNotFound = "SocketNotFound";

    public const string AccessDenied = "AccessDenied";

    public const string AuthenticationFailed = "AuthenticationFailed";

    /// <summary>The peer answered in another protocol.</summary>
    public const string ProtocolError = "ProtocolError";

    public const string TlsFailed = "TlsFailed";

    public const string CertificateExpired = "CertificateExpired";

    public const string CertificateNotYetValid = "CertificateNotYetValid";

    public const string CertificateNameMismatch = "CertificateNameMismatch";

    public const string CertificateUntrusted = "CertificateUntrusted";

    /// <summary>Healthy, but slower than <c>maxLatency</c>.</summary>
    public const string Slow = "Slow";

    /// <summary>It answered, but not with what was expected.</summary>
    public const string Mismatch = "Mismatch";

    /// <summary>A defect: something that the probe did not foresee.</summary>
    public const string Unexpected = "Unexpected";
}
