namespace OpsRestart.Core.Execution;

/// <summary>A stop that was begun by a signal step and is waited for by the stop step.</summary>
/// <param name="Job">The manager's job.</param>
/// <param name="Tasks">What the service ran just before.</param>
internal sealed record BegunStop(Task<ServiceJobResult> Job, IReadOnlyList<WorkerTask> Tasks);
