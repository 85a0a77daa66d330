using OpsRestart.Core.Execution;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>Shows the events of one run: progress and verbose lines, and after Ctrl-C a line for each thing that happens.</summary>
internal sealed class RunDisplay(ServiceGraphPlan plan)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> underWay = [];
    private readonly HashSet<string> finished = [];
    private Pump? pump;

    public void Attach(Pump pump) => this.pump = pump;

    /// <summary>Receives the events of the engine, on its threads.</summary>
    public void Show(RunEvent e)
    {
        Keep(e);
        var line = Line(e);
        if (line.Length > 0)
        {
            if (e.Kind == RunEventKind.Warning)
            {
                pump!.Warning(line);
            }
            else
            {
                pump!.Verbose(line);
            }

            pump.Notice(line);
        }

        pump!.Progress.Report($"{plan.Operation} of {plan.Graph}", Status(e), e.Total == 0 ? null : Math.Min(100, 100 * e.Finished / e.Total));
    }

    public void Ended(ServiceGraphRun run) => pump!.Notice($"{RunTable.Headline(run)}.{string.Concat(run.Left.Select(static l => $"{Environment.NewLine}  {l}"))}");

    /// <summary>What state things are in at the moment of Ctrl-C.</summary>
    public string Interrupted()
    {
        lock (gate)
        {
            return $"{plan.Operation} of {plan.Graph} interrupted. Done: {Names(finished)}. Under way: {Names(underWay)}. Putting things back; Ctrl-C again leaves at once.";
        }
    }

    public string Abandoned()
    {
        lock (gate)
        {
            return $"Left {plan.Graph} before everything was put back. Done: {Names(finished)}. Under way: {Names(underWay)}. "
                + "What was asked of the service managers goes on. Look with Get-ManagedService and Test-ServiceHealth, and bring it up with Start-ServiceGraph.";
        }
    }

    private void Keep(RunEvent e)
    {
        if (e.Step is not { } step)
        {
            return;
        }

        lock (gate)
        {
            if (e.Kind == RunEventKind.StepStarted)
            {
                underWay.Add(step);
            }
            else if (e.Kind == RunEventKind.StepFinished)
            {
                underWay.Remove(step);
                finished.Add(step);
            }
        }
    }

    private string Status(RunEvent e)
    {
        lock (gate)
        {
            return e.Kind == RunEventKind.StepProgress && e.Message.Length > 0 ? e.Message : Names(underWay);
        }
    }

    private static string Line(RunEvent e) => e.Kind switch
    {
        RunEventKind.StepProgress => "",
        RunEventKind.StepStarted => $"{e.Step} …",
        RunEventKind.StepFinished => $"{e.Step}: {e.Status}{(e.Message.Length > 0 ? $", {e.Message}" : "")}",
        _ => e.Message,
    };

    private static string Names(HashSet<string> steps) => steps.Count == 0 ? "nothing" : string.Join(", ", steps);
}
