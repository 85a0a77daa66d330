using System.Collections;
using OpsRestart.Adapters.Composition;
using OpsRestart.Completion;
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

    private protected override IEnumerable<ProbeDefinition> Define() =>
        InputObject
            .SelectMany(ProbesOf)
            .Where(p => Name.Length == 0 || Name.Any(n => p.Node is { } node && Core.Text.NameMatch.Matches(node, n)));

    private IReadOnlyList<ProbeDefinition> ProbesOf(object input)
    {
        try
        {
            return (input is PSObject wrapped ? wrapped.BaseObject : input) switch
            {
                ProbeDefinition probe => [probe],
                ServiceGraph graph => HealthChecks.Of(Expanded(graph)),
                ServiceNode node => HealthChecks.Of(node),
                IDictionary or Uri => ProbeText.Read(Session.Graphs, input),
                string text when text.Contains("://", StringComparison.Ordinal) => ProbeText.Read(Session.Graphs, text),
                var other => HealthChecks.Of(Expanded(Session.LoadGraph(this.ResolveGraphPath(other.ToString() ?? "")))),
            };
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, input));
            return [];
        }
    }

    private ServiceGraph Expanded(ServiceGraph graph)
    {
        var expanded = graph;
        Run(async pump => expanded = await Session.ExpandIfKnownAsync(graph, pump.Stopping).ConfigureAwait(false));
        return expanded;
    }
}
