using OpsRestart.Cli.Output;
using OpsRestart.Core.Reports;

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
        SetAction(
            (parsed, cancellation) =>
                context.RunAsync(
                    Json(parsed),
                    async session =>
                    {
                        var plan = await session
                            .PlanAsync(
                                session.LoadGraph(Graph(parsed)),
                                parsed.GetValue(operation) ?? GraphOperation.Restart,
                                options.Plan(parsed),
                                cancellation
                            )
                            .ConfigureAwait(false);
                        Write(plan, Json(parsed), context.Terminal);
                        return ExitCode.Done;
                    }
                )
        );
    }

    /// <summary>Also what <c>--what-if</c> prints.</summary>
    public static void Write(ServiceGraphPlan plan, bool json, Terminal terminal)
    {
        if (!json)
        {
            terminal.Write(PlanTable.Page(plan, terminal.Width));
            return;
        }

        var lines = new JsonLines(terminal.Out);
        foreach (var step in plan.Steps)
        {
            lines.Write("step", step, JsonContext.Default.PlanStep);
        }
    }
}
