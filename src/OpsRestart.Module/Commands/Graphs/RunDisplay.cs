using OpsRestart.Core.Reports;

namespace OpsRestart.Commands;

/// <summary>Shows the events of one run: progress and verbose lines, and after Ctrl-C a line for each thing that happens.</summary>
internal sealed class RunDisplay(ServiceGraphPlan plan)
{
    private readonly RunStory _story = new();
    private Pump? _pump;

    public void Attach(Pump pump) => _pump = pump;

    /// <summary>Receives the events of the engine, on its threads.</summary>
    public void Show(RunEvent e)
    {
        _story.Add(e);
        if (Line(e) is not { Length: > 0 } line)
        {
            return;
        }

        if (e.Kind == RunEventKind.Warning)
        {
            _pump!.Warning(line);
        }
        else
        {
            _pump!.Verbose(line);
        }

        if (e.Kind is not RunEventKind.RunFinished && e.Status is not StepStatus.Skipped)
        {
            _pump.Notice(line);
        }
    }

    /// <summary>For the progress bar.</summary>
    public (string Status, int? Percent) Describe()
    {
        var running = _story.Running;
        var steps = running.Count == 0 ? "checking before anything is changed" : string.Join(", ", running);
        var saying = running.Select(static s => s.Message).LastOrDefault(static m => m.Length > 0) ?? "";
        return (saying.Length == 0 ? steps : $"{steps}: {saying}", _story.Percent);
    }

    public void Ended(ServiceGraphRun run) =>
        _pump!.Notice($"{RunTable.Headline(run)}.{string.Concat(run.Left.Select(static l => $"{Environment.NewLine}  {l}"))}");

    /// <summary>What state things are in at the moment of Ctrl-C.</summary>
    public string Interrupted() => Text(_story.Interruption);

    public string Abandoned() =>
        Text(_story.Abandonment)
        + $"{Environment.NewLine}The rest goes on in the background as long as this PowerShell is open. Look with Test-ServiceHealth; "
        + "Start-ServiceGraph brings it up.";

    private static string? Line(RunEvent e) =>
        e.Kind switch
        {
            RunEventKind.StepProgress => null,
            RunEventKind.StepStarted => $"{EventWords.What(e)} …",
            RunEventKind.StepFinished => EventWords.Of(e),
            _ => e.Message,
        };

    private string Text(IReadOnlyList<string> lines) => $"{plan.Operation} of {plan.Graph}: {string.Join(Environment.NewLine, lines)}";
}
