using System.Management.Automation;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ServiceGraphPlan", DefaultParameterSetName = ByName)]
[OutputType(typeof(ServiceGraphPlan))]
public sealed class GetServiceGraphPlanCommand : GraphPlanCommand
{
    /// <summary>What to plan. Default: Restart.</summary>
    [Parameter]
    public GraphOperation Operation { get; set; } = GraphOperation.Restart;

    private protected override void Process(ServiceGraph graph) => WriteObject(Session.Plan(graph, Operation, PlanOptions));
}
