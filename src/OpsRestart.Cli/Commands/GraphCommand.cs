using System.CommandLine;
using System.CommandLine.Parsing;
using OpsRestart.Adapters.Composition;

namespace OpsRestart.Cli.Commands;

/// <summary>What every command that works on a graph has: its name or path, and <c>--json</c>.</summary>
internal abstract class GraphCommand : Command
{
    private readonly Argument<string> _graph = new("graph")
    {
        HelpName = "graph",
        Description = "A graph's name (looked for in /etc/opsrestart and ~/.config/opsrestart), or the path of its file.",
    };

    private readonly Option<bool> _json = OptionOf.Flag("--json", "Write JSON Lines: one object a line, with a type.");

    protected GraphCommand(string name, string description, CommandContext context)
        : base(name, description)
    {
        Context = context;
        _graph.CompletionSources.Add(completion =>
            OpsSession
                .ListGraphs()
                .Where(n => n.StartsWith(completion.WordToComplete, StringComparison.Ordinal))
                .Select(static n => new System.CommandLine.Completions.CompletionItem(n))
        );
        Arguments.Add(_graph);
        Options.Add(_json);
    }

    protected CommandContext Context { get; }

    protected string Graph(ParseResult parsed) => parsed.GetRequiredValue(_graph);

    protected bool Json(ParseResult parsed) => parsed.GetValue(_json);

    protected bool HasJson(CommandResult result) => result.GetResult(_json) is { Implicit: false };
}
