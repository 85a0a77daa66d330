using OpsRestart.Completion;
using OpsRestart.Core.Planning;

namespace OpsRestart.Commands;

/// <summary>What an operation on a graph can be told about its plan.</summary>
public abstract class GraphPlanCommand : GraphCommand
{
    /// <summary>Only these nodes. A stop or restart includes their dependents, a start their dependencies.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Only nodes of these roles, and of those that -Name gives; related nodes as with -Name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeRoleCompleter))]
    public string[] Role { get; set; } = [];

    /// <summary>Leave these nodes alone, whatever else says otherwise.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[] Exclude { get; set; } = [];

    /// <summary>Leave the nodes with the role datastore alone.</summary>
    [Parameter]
    public SwitchParameter KeepDatastores { get; set; }

    /// <summary>With -Name or -Role: those nodes alone, without their dependents or dependencies.</summary>
    [Parameter]
    public SwitchParameter Only { get; set; }

    /// <summary>Skip the final probes and the journal check.</summary>
    [Parameter]
    public SwitchParameter SkipValidation { get; set; }

    private protected virtual PlanOptions PlanOptions =>
        new()
        {
            Part = new NodePart
            {
                Names = Name,
                Roles = Role,
                Exclude = Exclude,
                KeepDatastores = KeepDatastores,
            },
            Only = Only,
            SkipValidation = SkipValidation,
        };

    /// <exception cref="OpsRestartException">The graph is wrong, or a group of supervisord can't be looked up.</exception>
    private protected ServiceGraphPlan Plan(ServiceGraph graph, GraphOperation operation)
    {
        ServiceGraphPlan? plan = null;
        var failure = RunAndCatch(async pump =>
            plan = await Session.PlanAsync(graph, operation, PlanOptions, pump.Stopping).ConfigureAwait(false)
        );
        if (failure is not null)
        {
            throw failure.Exception;
        }

        return plan!;
    }
}
