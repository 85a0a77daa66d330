namespace OpsRestart.Adapters.Probes;

/// <summary>A verdict reached deep in a protocol, where nothing can be returned (a TLS callback, a reader). It never leaves a probe.</summary>
internal sealed class ProbeException(ProbeVerdict verdict, Exception? innerException = null)
    : OpsRestartException(OpsError.ProtocolError, verdict.Detail, innerException: innerException)
{
    public ProbeVerdict Verdict { get; } = verdict;
}
