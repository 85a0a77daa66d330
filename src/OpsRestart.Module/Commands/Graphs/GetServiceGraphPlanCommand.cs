using OpsRestart.Core.Planning;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ServiceGraphPlan", DefaultParameterSetName = ByName)]
[OutputType(typeof(ServiceGraphPlan))]
public sealed class GetServiceGraphPlanCommand : GraphPlanCommand
{
    /// <summary>What to plan. Default: Restart.</summary>
    [Parameter]
    public GraphOperation Operation { get; set; } = GraphOperation.Restart;

    /// <summary>
    /// One choice for all background work: Wait, Signal, SuspendOnly or None; about_DrainModes helps to choose. Default: what each queue of
    /// the graph says.
    /// </summary>
    [Parameter]
    public DrainMode? DrainMode { get; set; }

    /// <summary>Overrides how far every queue is drained: None, Executing, Drained or Quiescent. Not together with -DrainMode.</summary>
    [Parameter]
    [Alias("Drain", "Level")]
    public DrainLevel? DrainLevel { get; set; }

    /// <summary>Overrides how long each drain may take. Default: the graph's own, 5 minutes unless it says otherwise.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Overrides what happens when a drain is not done in time: Abort, Continue or Kill.</summary>
    [Parameter]
    public DrainTimeoutPolicy? OnDrainTimeout { get; set; }

    /// <summary>Overrides how long each stop may take until the whole control group is killed; never that of a datastore.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>Of a restart: one batch of instances after the other, idle workers first.</summary>
    [Parameter]
    public SwitchParameter Rolling { get; set; }

    /// <summary>With -Rolling: instances of one kind at a time. Default 1.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int BatchSize { get; set; } = 1;

    private protected override PlanOptions PlanOptions =>
        base.PlanOptions with
        {
            Rolling = Rolling,
            BatchSize = BatchSize,
            DrainMode = DrainMode,
            DrainLevel = DrainLevel,
            DrainTimeout = DrainTimeout,
            OnDrainTimeout = OnDrainTimeout,
            StopTimeout = StopTimeout,
        };

    private protected override void Process(ServiceGraph graph) => WriteObject(Plan(graph, Operation));
}
