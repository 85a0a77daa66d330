namespace OpsRestart.Core.Probes;

/// <summary>One health check against a real endpoint. A failing check is a value; only cancellation throws.</summary>
internal interface IProbe : IAsyncDisposable
{
    Task<ProbeResult> CheckAsync(CancellationToken cancellationToken);
}
