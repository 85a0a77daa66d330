using OpsRestart.Core.Execution;
using OpsRestart.Core.Reports;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>Shows the events of one run: progress and verbose lines, and after Ctrl-C a line for each thing that happens.</summary>
internal sealed class RunDisplay(ServiceGraphPlan plan)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> underWay = [];
    private readonly HashSet<string> finished = [];
    private Pump? pump;
    private string saying = "";
    private string? before;
    private int? percent;

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

            if (e.Kind is not RunEventKind.RunFinished && e.Status is not StepStatus.Skipped)
            {
                pump.Notice(line);
            }
        }
    }

    /// <summary>For the progress bar.</summary>
    public (string Status, int? Percent) Describe()
    {
        lock (gate)
        {
            var steps = underWay.Count == 0 ? "checking before anything is changed" : Names(underWay);
            return (saying.Length == 0 ? steps : $"{steps}: {saying}", percent);
        }
    }

    public void Ended(ServiceGraphRun run) => pump!.Notice($"{RunTable.Headline(run)}.{string.Concat(run.Left.Select(static l => $"{Environment.NewLine}  {l}"))}");

    /// <summary>What state things are in at the moment of Ctrl-C.</summary>
    public string Interrupted()
    {
        lock (gate)
        {
            return $"{plan.Operation} of {plan.Graph} interrupted. {before ?? Now()}. Ctrl-C again leaves at once.";
        }
    }

    public string Abandoned()
    {
        lock (gate)
        {
            return $"Left {plan.Graph} before everything was put back. Put back: {Names(finished)}. Under way: {Names(underWay)}. "
                + "The rest goes on in the background as long as this PowerShell is open. Look with Test-ServiceHealth; Start-ServiceGraph brings it up.";
        }
    }

    private void Keep(RunEvent e)
    {
        lock (gate)
        {
            percent = e.Percent;
            switch (e.Kind)
            {
                case RunEventKind.StepStarted when e.Step is { } step:
                    underWay.Add(step);
                    break;
                case RunEventKind.StepProgress:
                    saying = e.Message;
                    break;
                case RunEventKind.StepFinished when e.Step is { } step:
                    saying = "";

                    // What was cancelled was under way when the person asked to stop.
                    if (e.Status != StepStatus.Cancelled)
                    {
                        underWay.Remove(step);
                    }

                    if (e.Status is not (StepStatus.Skipped or StepStatus.Cancelled or StepStatus.Failed or StepStatus.TimedOut))
                    {
                        finished.Add(step);
                    }

                    break;
                case RunEventKind.RollbackStarted:
                    before = Now();
                    underWay.Clear();
                    finished.Clear();
                    break;
                default:
                    break;
            }
        }
    }

    private static string Line(RunEvent e) => e.Kind switch
    {
        RunEventKind.StepProgress => "",
        RunEventKind.StepStarted => $"{EventWords.What(e)} …",
        RunEventKind.StepFinished => EventWords.Of(e)!,
        _ => e.Message,
    };

    private string Now() => $"Done: {Names(finished)}. Under way: {Names(underWay)}";

    private static string Names(HashSet<string> steps) => steps.Count == 0 ? "nothing" : string.Join(", ", steps);
}
