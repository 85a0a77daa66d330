using System.Management.Automation;
using OpsRestart.Completion;
using OpsRestart.Core.Planning;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>What an operation on a graph can be told about its plan.</summary>
public abstract class GraphPlanCommand : GraphCommand
{
    /// <summary>Only these services. A stop or restart includes their dependents, a start their dependencies.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>With -Name: nothing but these nodes.</summary>
    [Parameter]
    public SwitchParameter Only { get; set; }

    /// <summary>One choice for all background work: Wait, Signal, SuspendOnly or None; about_DrainModes helps to choose. Default: what each queue of the graph says.</summary>
    [Parameter]
    public DrainMode? DrainMode { get; set; }

    /// <summary>Overrides how far every queue is drained: None, Executing, Drained or Quiescent.</summary>
    [Parameter]
    public DrainLevel? Drain { get; set; }

    /// <summary>Overrides how long each drain may take. Default: the graph's own, 5 minutes unless it says otherwise.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Overrides what happens when a drain is not done in time: Abort, Continue or Kill.</summary>
    [Parameter]
    public DrainTimeoutPolicy? OnDrainTimeout { get; set; }

    /// <summary>Overrides how long each stop may take until the whole control group is killed.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? KillAfter { get; set; }

    /// <summary>Skip the final probes and the journal check.</summary>
    [Parameter]
    public SwitchParameter SkipValidation { get; set; }

    private protected virtual PlanOptions PlanOptions => new()
    {
        Names = Name,
        WithRelated = !Only,
        Mode = DrainMode,
        Drain = Drain,
        DrainTimeout = DrainTimeout,
        OnDrainTimeout = OnDrainTimeout,
        StopTimeout = KillAfter,
        SkipValidation = SkipValidation,
    };
}
