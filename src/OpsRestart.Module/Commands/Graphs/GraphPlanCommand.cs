using System.Management.Automation;
using OpsRestart.Completion;
using OpsRestart.Core.Planning;

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

    /// <summary>Skip the final probes and the journal check.</summary>
    [Parameter]
    public SwitchParameter SkipValidation { get; set; }

    private protected virtual PlanOptions PlanOptions => new()
    {
        Names = Name,
        WithRelated = !Only,
        SkipValidation = SkipValidation,
    };
}
