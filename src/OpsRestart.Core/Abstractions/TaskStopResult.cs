namespace OpsRestart.Core.Abstractions;

/// <summary>What stopping one task did.</summary>
/// <param name="Id">The task.</param>
/// <param name="Stopped">Whether the system accepted it.</param>
/// <param name="Detail">What was done, or why not.</param>
public sealed record TaskStopResult(string Id, bool Stopped, string Detail);
