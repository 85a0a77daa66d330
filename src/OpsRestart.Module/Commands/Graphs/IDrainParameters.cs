using OpsRestart.Core.Planning;

namespace OpsRestart.Commands;

/// <summary>What an operation that stops services can be told about its drains and stops. A start has none of it.</summary>
internal interface IDrainParameters
{
    DrainMode? DrainMode { get; }

    DrainLevel? Drain { get; }

    TimeSpan? DrainTimeout { get; }

    DrainTimeoutPolicy? OnDrainTimeout { get; }

    TimeSpan? KillAfter { get; }

    PlanOptions AddTo(PlanOptions options) => options with
    {
        Mode = DrainMode,
        Drain = Drain,
        DrainTimeout = DrainTimeout,
        OnDrainTimeout = OnDrainTimeout,
        StopTimeout = KillAfter,
    };
}
