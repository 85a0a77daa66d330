namespace OpsRestart.Core.Abstractions;

/// <summary>Everything of the world that a run needs.</summary>
public sealed record RunPorts
{
    public required IServiceHost Services { get; init; }

    public required IProbeFactory Probes { get; init; }

    public required IWorkQueueFactory Queues { get; init; }

    public required IHookRunner Hooks { get; init; }

    public required IRunLock Lock { get; init; }

    public IReadOnlyList<IPreflightCheck> Preflight { get; init; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
