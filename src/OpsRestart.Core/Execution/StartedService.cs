namespace OpsRestart.Core.Execution;

/// <summary>A service as its start step left it: what it has to be still when the run ends.</summary>
/// <param name="Service">The invocation that is to stay.</param>
/// <param name="At">The clock's timestamp at that moment.</param>
/// <param name="ByThisRun">False: it ran already.</param>
internal sealed record StartedService(ManagedService Service, long At, bool ByThisRun)
{
    /// <summary>A one-shot that has done its work and is inactive again: nothing of it can stay up.</summary>
    public static bool IsSpent(ManagedService service) =>
        service is { Type: "oneshot", State: ServiceState.Stopped or ServiceState.Stopping, Result: "success" or null or "" };
}
