using System.Collections;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Session;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.New, "ServiceGraph")]
[OutputType(typeof(ServiceGraph))]
public sealed class NewServiceGraphCommand : PSCmdlet
{
    private readonly List<ServiceNode> _nodes = [];

    /// <summary>The name of the graph.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>Its nodes, from New-ServiceNode.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    public ServiceNode[] Node { get; set; } = [];

    /// <summary>Probes of the whole, checked at the end of a run.</summary>
    [Parameter]
    public ProbeDefinition[] Validate { get; set; } = [];

    /// <summary>
    /// Its queues, by name, as in a graph file: <c>@{ default = @{ celery = 'redis://localhost/0'; fedBy = 'web'; consumedBy = 'worker' }
    /// }</c>.
    /// </summary>
    [Parameter]
    public IDictionary? Queues { get; set; }

    /// <summary>Its hooks, by name, as in a graph file: <c>@{ migrate = @{ command = 'nautobot-server', 'migrate' } }</c>.</summary>
    [Parameter]
    public IDictionary? Hooks { get; set; }

    /// <summary>Who runs it: a run by anybody else is refused. Default: whoever may manage its services.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    protected override void ProcessRecord() => _nodes.AddRange(Node);

    protected override void EndProcessing()
    {
        ServiceGraph parts;
        try
        {
            parts = ReadParts();
        }
        catch (OpsRestartException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Name));
            return;
        }

        var graph = new ServiceGraph
        {
            Name = Name,
            User = User,
            Nodes = [.. _nodes],
            Queues = parts.Queues,
            Hooks = parts.Hooks,
            Validate = Validate,
        };
        var wrong = RunspaceSession.Current.Validate(graph).Where(static f => f.Severity == FindingSeverity.Error).ToList();
        if (wrong.Count > 0)
        {
            var error = wrong.Exists(static f => f.Code == "Cycle") ? OpsError.CyclicDependency : OpsError.InvalidGraph;
            ThrowTerminatingError(
                ErrorRecords.Create(error, string.Join(Environment.NewLine, wrong.Select(static f => f.Message)), Name, wrong[0].Advice)
            );
        }

        WriteObject(graph);
    }

    /// <summary>Queues and hooks are read as a file's would be. What they name is checked with the whole graph.</summary>
    private ServiceGraph ReadParts() =>
        GraphText.Read(
            RunspaceSession.Current.Graphs,
            new Dictionary<string, object?>
            {
                ["graph"] = "parts",
                ["services"] = _nodes
                    .Select(static n => n.Name)
                    .Distinct()
                    .ToDictionary(static n => n, static object? (n) => new Dictionary<string, object?> { ["unit"] = "unit" }),
                ["queues"] = Queues,
                ["hooks"] = Hooks,
            },
            Name
        );
}
