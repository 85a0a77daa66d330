namespace OpsRestart.Core.Execution;

/// <summary>How a node was before the run changed anything.</summary>
/// <param name="Service">As the manager saw it.</param>
/// <param name="WasRunning">It ran, or was on its way up.</param>
/// <param name="WasHealthy">All its probes were healthy; null when it has none or did not run.</param>
internal sealed record PriorState(ManagedService Service, bool WasRunning, bool? WasHealthy);
