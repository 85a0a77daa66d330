using System.CommandLine;

namespace OpsRestart.Cli.Commands;

/// <summary><c>--queue</c>: which queues of a graph; none: all.</summary>
internal sealed class QueueOption
{
    private readonly Option<string[]> _queues = new("--queue", "-q")
    {
        Description = "Only these queues of the graph, by their names there.",
        HelpName = "queue",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command command) => command.Options.Add(_queues);

    /// <exception cref="OpsRestartException">QueueNotFound.</exception>
    public IReadOnlyList<GraphQueue> Choose(ServiceGraph graph, ParseResult parsed)
    {
        var names = parsed.GetValue(_queues) ?? [];
        var unknown = names.FirstOrDefault(name => graph.Queues.All(q => q.Name != name));
        if (unknown is not null || graph.Queues.Count == 0)
        {
            throw new OpsRestartException(
                OpsError.QueueNotFound,
                unknown is null ? $"Graph '{graph.Name}' has no queues." : $"Graph '{graph.Name}' has no queue '{unknown}'.",
                unknown,
                graph.Queues.Count == 0 ? null : $"Its queues: {string.Join(", ", graph.Queues.Select(static q => q.Name))}."
            );
        }

        return names.Length > 0 ? [.. graph.Queues.Where(q => names.Contains(q.Name))] : graph.Queues;
    }
}
