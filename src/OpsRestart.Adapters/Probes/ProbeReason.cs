namespace OpsRestart.Adapters.Probes;

/// <summary>
/// The words in <see cref="ProbeResult.Reason"/> that several probes share, besides those of <see cref="WireFailure"/>. They are stable:
/// scripts compare with them.
/// </summary>
internal static class ProbeReason
{
    public const string Ok = "OK";

    /// <summary>No verdict within the time of one try.</summary>
    public const string Timeout = WireFailure.Timeout;

    /// <summary>The peer closed the connection before it answered.</summary>
    public const string Closed = WireFailure.Closed;

    public const string AccessDenied = WireFailure.AccessDenied;

    public const string AuthenticationFailed = "AuthenticationFailed";

    /// <summary>The peer answered in another protocol.</summary>
    public const string ProtocolError = WireFailure.ProtocolError;

    /// <summary>Healthy, but slower than <c>maxLatency</c>.</summary>
    public const string Slow = "Slow";

    /// <summary>It answered, but not with what was expected.</summary>
    public const string Mismatch = "Mismatch";

    /// <summary>A defect: something that the probe did not foresee.</summary>
    public const string Unexpected = "Unexpected";
}
