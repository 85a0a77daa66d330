using OpsRestart.Adapters.Supervisor;
using OpsRestart.Core.Graph;

namespace OpsRestart.Adapters.Composition;

/// <summary>All that can be said about a graph without touching anything: its own rules, and those of its probes and queues.</summary>
internal sealed class GraphCheck(IProbeFactory probes, IWorkQueueFactory queues)
{
    public IReadOnlyList<GraphFinding> Validate(ServiceGraph graph)
    {
        var findings = GraphValidator
            .Validate(graph)
            .Concat(graph.Probes.SelectMany(probes.Validate))
            .Concat(graph.Queues.SelectMany(queues.Validate))
            .Concat(graph.Nodes.Select(SupervisorOf).OfType<GraphFinding>());
        return [.. findings.Select(f => f.File is null ? f with { File = graph.Path } : f).OrderBy(static f => f.Line)];
    }

    private static GraphFinding? SupervisorOf(ServiceNode node)
    {
        try
        {
            SupervisorAddress.Check(node.Socket);
            return null;
        }
        catch (SupervisorException e)
        {
            return new GraphFinding
            {
                Code = "BadValue",
                Message = $"'supervisor' of service '{node.Name}': {e.Message}",
                Advice = e.Advice,
                Target = node.Name,
                Line = node.Line,
            };
        }
    }

    /// <summary>What was found in reading a file, and what its graph breaks: all at once.</summary>
    public IReadOnlyList<GraphFinding> Validate(GraphDocument document)
    {
        var rules = document.Graph is { } graph ? Validate(graph) : [];
        return [.. document.Findings.Concat(rules.Where(rule => IsNew(rule, document.Findings))).OrderBy(static f => f.Line)];
    }

    /// <summary>
    /// What is missing on a line that could not be read right may well be there: that needs no second opinion. A reference is there. A
    /// service without a unit is a missing key to the reader.
    /// </summary>
    private static bool IsNew(GraphFinding rule, IReadOnlyList<GraphFinding> read) =>
        rule.Code switch
        {
            "Cycle" or "MissingNode" => true,
            "MissingUnit" => false,
            _ => rule.Line == 0 || read.All(f => f.Line != rule.Line),
        };

    /// <exception cref="OpsRestartException">InvalidGraph or CyclicDependency, with every error.</exception>
    public static void ThrowIfInvalid(string name, IReadOnlyList<GraphFinding> findings)
    {
        var errors = findings.Where(static f => f.Severity == FindingSeverity.Error).ToList();
        if (errors.Count == 0)
        {
            return;
        }

        var kind = errors.All(static f => f.Code == "Cycle") ? OpsError.CyclicDependency : OpsError.InvalidGraph;
        var lines = errors.Select(static f => $"\n  {f.Location}{(f.Location.Length > 0 ? ": " : "")}{f.Sentence}");
        throw new OpsRestartException(
            kind,
            $"Graph '{name}' has {errors.Count} error{(errors.Count == 1 ? "" : "s")}:{string.Concat(lines)}",
            name,
            "Fix the file, then check it again."
        );
    }
}
