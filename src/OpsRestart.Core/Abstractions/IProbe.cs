namespace OpsRestart.Core.Abstractions;

/// <summary>One health check against a real endpoint. A failing check is a value; only cancellation throws.</summary>
public interface IProbe : IAsyncDisposable
{
    Task<ProbeResult> CheckAsync(CancellationToken cancellationToken);
}
