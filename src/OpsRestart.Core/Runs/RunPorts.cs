using OpsRestart.Core.Probes;
using OpsRestart.Core.Queues;

namespace OpsRestart.Core.Runs;

/// <summary>Everything of the world that a run needs.</summary>
internal sealed record RunPorts
{
    public required IServiceHost Services { get; init; }

    public required IProbeFactory Probes { get; init; }

    public required IWorkQueueFactory Queues { get; init; }

    public required IHookRunner Hooks { get; init; }

    public required IRunLock Lock { get; init; }

    public IReadOnlyList<IPreflightCheck> Preflight { get; init; } = [];

    /// <summary>Which of these files exists, in a sentence; null: none.</summary>
    public Func<IReadOnlyList<string>, string?> SkipReason { get; init; } = static _ => null;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
