namespace OpsRestart.Pipeline;

/// <summary>Something that a worker wants done on the pipeline thread.</summary>
/// <param name="Run">What to do there.</param>
/// <param name="Discarded">What to do instead when the pipeline is gone, so that nobody waits for ever.</param>
internal readonly record struct PumpItem(Action<PSCmdlet> Run, Action? Discarded = null);
