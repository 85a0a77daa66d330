using OpsRestart.Core.Execution;
using OpsRestart.Core.Reports;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>Shows the events of one run: progress and verbose lines, and after Ctrl-C a line for each thing that happens.</summary>
internal sealed class RunDisplay(ServiceGraphPlan plan)
{
    private readonly RunStory story = new();
    private Pump? pump;

    public void Attach(Pump pump) => this.pump = pump;

    /// <summary>Receives the events of the engine, on its threads.</summary>
    public void Show(RunEvent e)
    {
        story.Add(e);
        if (Line(e) is not { Length: > 0 } line)
        {
            return;
        }

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

    /// <summary>For the progress bar.</summary>
    public (string Status, int? Percent) Describe()
    {
        var running = story.Running;
        var steps = running.Count == 0 ? "checking before anything is changed" : string.Join(", ", running);
        var saying = running.Select(static s => s.Message).LastOrDefault(static m => m.Length > 0) ?? "";
        return (saying.Length == 0 ? steps : $"{steps}: {saying}", story.Percent);
    }

    public void Ended(ServiceGraphRun run) => pump!.Notice($"{RunTable.Headline(run)}.{string.Concat(run.Left.Select(static l => $"{Environment.NewLine}  {l}"))}");

    /// <summary>What state things are in at the moment of Ctrl-C.</summary>
    public string Interrupted() => $"{plan.Operation} of {plan.Graph} interrupted. {Text(story.Interrupted)}. Ctrl-C again leaves at once.";

    public string Abandoned() => $"Left {plan.Graph} before the rollback had ended. {Text(story.State)}. "
        + "The rest goes on in the background as long as this PowerShell is open. Look with Test-ServiceHealth; Start-ServiceGraph brings it up.";

    private static string? Line(RunEvent e) => e.Kind switch
    {
        RunEventKind.StepProgress => null,
        RunEventKind.StepStarted => $"{EventWords.What(e)} …",
        RunEventKind.StepFinished => EventWords.Of(e),
        _ => e.Message,
    };

    private static string Text(IReadOnlyList<string> state) => state.Count == 0 ? "Nothing was changed" : string.Join(". ", state);
}
