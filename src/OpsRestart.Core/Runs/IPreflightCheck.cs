namespace OpsRestart.Core.Runs;

/// <summary>One thing to look at before a run changes anything. Checks run in parallel.</summary>
internal interface IPreflightCheck
{
    /// <summary>Findings of severity error refuse the run.</summary>
    Task<IReadOnlyList<GraphFinding>> CheckAsync(ServiceGraphPlan plan, ServiceLooks services, CancellationToken cancellationToken);
}
