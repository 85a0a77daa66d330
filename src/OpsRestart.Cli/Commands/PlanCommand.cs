using OpsRestart.Cli.Output;

namespace OpsRestart.Cli.Commands;

/// <summary>Prints the exact plan of an operation.</summary>
internal sealed class PlanCommand : GraphCommand
{
    public PlanCommand(CommandContext context)
        : base("plan", "Print the exact steps of an operation and what each waits for; change nothing.", context)
    {
        var operation = OptionOf.Word<GraphOperation>("--operation", "What to plan for. Default: restart.");
        var options = new OperationOptions();
        Options.Add(operation);
        options.AddTo(this, null);
        SetAction((parsed, _) => context.RunAsync(Json(parsed), session =>
        {
            var plan = session.Plan(session.LoadGraph(Graph(parsed)), parsed.GetValue(operation) ?? GraphOperation.Restart, options.Plan(parsed));
            PlanReport.Write(plan, Json(parsed), context.Terminal);
            return Task.FromResult(ExitCode.Done);
        }));
    }
}
