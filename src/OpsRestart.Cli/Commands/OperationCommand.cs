using System.CommandLine;
using OpsRestart.Adapters.Composition;

namespace OpsRestart.Cli.Commands;

/// <summary>start, stop and restart.</summary>
internal sealed class OperationCommand : GraphCommand
{
    private readonly GraphOperation _operation;
    private readonly OperationOptions _options = new();
    private readonly Option<bool> _whatIf = OptionOf.Flag("--what-if", "Print the exact plan and change nothing.");

    public OperationCommand(GraphOperation operation, string description, CommandContext context)
        : base(operation.ToString().ToLowerInvariant(), description, context)
    {
        _operation = operation;
        _options.AddTo(this, operation);
        Options.Add(_whatIf);
        SetAction((parsed, cancellation) => context.RunAsync(Json(parsed), session => RunAsync(session, parsed, cancellation)));
    }

    private async Task<int> RunAsync(OpsSession session, ParseResult parsed, CancellationToken cancellationToken)
    {
        var plan = await session
            .PlanAsync(session.LoadGraph(Graph(parsed)), _operation, _options.Plan(parsed), cancellationToken)
            .ConfigureAwait(false);
        if (parsed.GetValue(_whatIf))
        {
            PlanCommand.Write(plan, Json(parsed), Context.Terminal);
            return ExitCode.Done;
        }

        var run = await new OperationRunner(Context.Terminal)
            .RunAsync(session, plan, _options.Run(parsed), Json(parsed))
            .ConfigureAwait(false);
        return ExitCode.Of(run.Outcome);
    }
}
