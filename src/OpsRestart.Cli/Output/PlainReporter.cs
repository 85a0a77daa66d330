using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>Lines for logs: what has ended, what went wrong, and of a long step now and then how far it is.</summary>
internal sealed class PlainReporter(Terminal terminal) : IRunReporter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, DateTime> _told = new(StringComparer.Ordinal);
    private DateTime? _began;

    public void Add(RunEvent e)
    {
        _began ??= e.Time;
        if (IsDue(e) && EventWords.Of(e) is { } line)
        {
            terminal.Error.WriteLine($"{RunTable.Seconds(e.Time - _began.Value), 7}  {line}");
        }
    }

    public void Say(string line) => terminal.Error.WriteLine(line);

    public Task FinishAsync(ServiceGraphRun run)
    {
        terminal.Write(run);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool IsDue(RunEvent e)
    {
        if (e.Status == StepStatus.Skipped)
        {
            // Whatever came after a failure; the table lists it.
            return false;
        }

        if (e is not { Kind: RunEventKind.StepProgress or RunEventKind.StepStarted, Step: { } step })
        {
            return true;
        }

        var isDue = e.Kind == RunEventKind.StepProgress && _told.TryGetValue(step, out var last) && e.Time - last >= Pause;
        if (isDue || e.Kind == RunEventKind.StepStarted)
        {
            _told[step] = e.Time;
        }

        return isDue;
    }
}
