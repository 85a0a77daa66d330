using System.Collections;
using OpsRestart.Adapters.Composition;
using OpsRestart.Completion;
using OpsRestart.Core.Planning;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "ServiceHealth")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestServiceHealthCommand : TestProbeCommand
{
    /// <summary>Graphs (name, file or object), nodes of a graph, or probes (definition, URI or hashtable).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Graph", "Probe")]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public object[] InputObject { get; set; } = [];

    /// <summary>Only these nodes and their probes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Only nodes of these roles, and of those that -Name gives.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeRoleCompleter))]
    [SupportsWildcards]
    public string[] Role { get; set; } = [];

    /// <summary>Not these nodes, whatever else says otherwise.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    [SupportsWildcards]
    public string[] Exclude { get; set; } = [];

    private NodePart Part =>
        new()
        {
            Names = Name,
            Roles = Role,
            Exclude = Exclude,
        };

    private protected override IEnumerable<ProbeDefinition> Define() => InputObject.SelectMany(ProbesOf);

    private IReadOnlyList<ProbeDefinition> ProbesOf(object input)
    {
        try
        {
            return (input is PSObject wrapped ? wrapped.BaseObject : input) switch
            {
                ProbeDefinition probe => Chosen(probe),
                ServiceGraph graph => ChecksOf(graph),
                ServiceNode node => Part.Has(node) ? HealthChecks.Of(node) : [],
                IDictionary or Uri => Chosen([.. ProbeText.Read(Session.Graphs, input)]),
                string text when text.Contains("://", StringComparison.Ordinal) => Chosen([.. ProbeText.Read(Session.Graphs, text)]),
                var other => ChecksOf(Session.LoadGraph(this.ResolveGraphPath(other.ToString() ?? ""))),
            };
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, input));
            return [];
        }
    }

    /// <summary>Of probes that are of no node none is in a part.</summary>
    private IReadOnlyList<ProbeDefinition> Chosen(params IReadOnlyList<ProbeDefinition> probes) =>
        [.. probes.Where(p => !Part.IsPart || (p.Node is { } node && Part.Has(new ServiceNode { Name = node, Service = node })))];

    private IReadOnlyList<ProbeDefinition> ChecksOf(ServiceGraph graph) => HealthChecks.Of(HealthChecks.PartOf(Expanded(graph), Part));

    private ServiceGraph Expanded(ServiceGraph graph)
    {
        var expanded = graph;
        Run(async pump => expanded = await Session.ExpandIfKnownAsync(graph, pump.Stopping).ConfigureAwait(false));
        return expanded;
    }
}
