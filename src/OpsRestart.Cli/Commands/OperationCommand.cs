using System.CommandLine;
using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Reports;

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

        if (plan.IsEmergency && !_options.IsSure(parsed) && !Ask(plan))
        {
            await Context.Terminal.Error.WriteLineAsync("Nothing was changed.").ConfigureAwait(false);
            return ExitCode.Refused;
        }

        var run = await new OperationRunner(Context.Terminal)
            .RunAsync(session, plan, _options.Run(parsed), Json(parsed))
            .ConfigureAwait(false);
        return ExitCode.Of(run.Outcome);
    }

    private bool Ask(ServiceGraphPlan plan)
    {
        if (Context.Terminal.In is not { } input)
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                "An emergency stop asks first, and there is no terminal to ask at.",
                plan.Graph,
                "Give --yes when it is meant."
            );
        }

        Context.Terminal.Error.WriteLine($"Emergency stop of {plan.Graph}:");
        foreach (var line in PlanTable.Consequences(plan))
        {
            Context.Terminal.Error.WriteLine($"  {line}");
        }

        Context.Terminal.Error.Write("Go on? [y/N] ");
        Context.Terminal.Error.Flush();
        return input.ReadLine()?.Trim() is { } answer && answer.ToUpperInvariant() is "Y" or "YES";
    }
}
