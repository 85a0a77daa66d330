using System.Management.Automation;
using OpsRestart.Errors;
using OpsRestart.Session;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.New, "ServiceGraph")]
[OutputType(typeof(ServiceGraph))]
public sealed class NewServiceGraphCommand : PSCmdlet
{
    private readonly List<ServiceNode> nodes = [];

    /// <summary>The name of the graph.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>Its nodes, from New-ServiceNode.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    public ServiceNode[] Node { get; set; } = [];

    /// <summary>Probes of the whole, checked at the end of a run.</summary>
    [Parameter]
    public ProbeDefinition[] Validate { get; set; } = [];

    protected override void ProcessRecord() => nodes.AddRange(Node);

    protected override void EndProcessing()
    {
        var graph = new ServiceGraph { Name = Name, Nodes = [.. nodes], Validate = Validate };
        var wrong = RunspaceSession.Current.Validate(graph).Where(static f => f.Severity == FindingSeverity.Error).ToList();
        if (wrong.Count > 0)
        {
            var error = wrong.Exists(static f => f.Code == "Cycle") ? OpsError.CyclicDependency : OpsError.InvalidGraph;
            ThrowTerminatingError(ErrorRecords.Create(error, string.Join(Environment.NewLine, wrong.Select(static f => f.Message)), Name, wrong[0].Advice));
        }

        WriteObject(graph);
    }
}
