using System.CommandLine;
using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Planning;

namespace OpsRestart.Cli.Commands;

/// <summary>Everything that is wrong with a graph, and what a restart would be refused for.</summary>
internal sealed class CheckCommand : GraphCommand
{
    private readonly Option<bool> _fileOnly = OptionOf.Flag(
        "--file-only",
        "Look at the file alone, not at services, brokers and the machine."
    );

    public CheckCommand(CommandContext context)
        : base("check", "Check a graph's file, then what a restart's preflight would find; change nothing.", context)
    {
        Options.Add(_fileOnly);
        SetAction((parsed, cancellation) => context.RunAsync(Json(parsed), session => RunAsync(session, parsed, cancellation)));
    }

    private async Task<int> RunAsync(OpsSession session, ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = session.Graphs.Resolve(Graph(parsed));
        var document = session.Graphs.Read(path);
        var findings = session.Validate(document);
        IReadOnlyList<GraphFinding> preflight = [];
        if (document.Graph is { } graph && ExitCode.Of(findings, []) == ExitCode.Done && !parsed.GetValue(_fileOnly))
        {
            var plan = await session.PlanAsync(graph, GraphOperation.Restart, new PlanOptions(), cancellationToken).ConfigureAwait(false);
            preflight = await session.PreflightAsync(plan, cancellationToken).ConfigureAwait(false);
        }

        FindingReport.Write([.. findings, .. preflight], path, Json(parsed), Context.Terminal);
        return ExitCode.Of(findings, preflight);
    }
}
