using System.Collections.Concurrent;
using OpsRestart.Core.Reports;
using Spectre.Console;

namespace OpsRestart.Cli.Output;

/// <summary>At a terminal: what is under way, redrawn ten times a second; warnings stay above it.</summary>
internal sealed class LiveReporter : IRunReporter
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private readonly Terminal _terminal;
    private readonly TimeProvider _time;
    private readonly IAnsiConsole _console;
    private readonly RunStory _tracker;
    private readonly ConcurrentQueue<(string Text, Paint Paint)> _lines = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly DateTime _began;
    private readonly Task _drawing;
    private string _title = "";

    public LiveReporter(Terminal terminal, RunStory tracker, TimeProvider time)
    {
        _terminal = terminal;
        _time = time;
        _tracker = tracker;
        _began = time.GetUtcNow().UtcDateTime;
        _console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(terminal.Screen),
                Ansi = AnsiSupport.Yes,
                ColorSystem = terminal.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
        _drawing = DrawAsync();
    }

    public void Add(RunEvent e)
    {
        if (e.Kind == RunEventKind.RunStarted)
        {
            _title = e.Message.Split(':')[0];
        }
        else if (
            e.Kind is RunEventKind.Warning or RunEventKind.RollbackStarted or RunEventKind.Finding
            || e is { Kind: RunEventKind.StepFinished, Status: StepStatus.Failed or StepStatus.TimedOut or StepStatus.Killed }
        )
        {
            _lines.Enqueue((EventWords.Of(e) ?? "", EventWords.PaintOf(e)));
        }
    }

    public void Say(string line) => _lines.Enqueue((line, Paint.Strong));

    public async Task FinishAsync(ServiceGraphRun run)
    {
        await EndAsync().ConfigureAwait(false);
        _terminal.Write(run);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task EndAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _drawing.ConfigureAwait(false);
    }

    private async Task DrawAsync()
    {
        await Task.Yield();
        await _console
            .Live(View())
            .AutoClear(true)
            .Overflow(VerticalOverflow.Ellipsis)
            .StartAsync(async view =>
            {
                while (!_ended.IsCancellationRequested)
                {
                    WriteLines();
                    view.UpdateTarget(View());
                    await Task.Delay(Redraw, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            })
            .ConfigureAwait(false);
        WriteLines();
    }

    private void WriteLines()
    {
        while (_lines.TryDequeue(out var line))
        {
            // What stood in this row was the view, and is not erased: the blanks are.
            var width = Math.Max(2, _console.Profile.Width - 1);
            var text = ShownText.Line(line.Text.Split('\n')[0]);
            _console.WriteLine(
                text.Length > width ? string.Concat(text.AsSpan(0, width - 1), "…") : text.PadRight(width),
                StyleOf(line.Paint)
            );
        }
    }

    private Rows View()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var title = new Text(
            $" {ShownText.Line(_title)}   {(_tracker.IsRollback ? "rollback" : $"{_tracker.Finished} of {_tracker.Total} steps")}   "
                + $"{RunTable.Seconds(now - _began)}",
            StyleOf(Paint.Strong)
        );
        var steps = new Grid();
        steps.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(3, 0, 2, 0) });
        steps.AddColumn(
            new GridColumn
            {
                NoWrap = true,
                Alignment = Justify.Right,
                Padding = new Padding(0, 0, 2, 0),
            }
        );
        steps.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 0, 0) });
        var running = _tracker.Running;
        foreach (var step in running)
        {
            steps.AddRow(
                new Text(ShownText.Line($"{step.Verb} {step.Target}")),
                new Text(RunTable.Seconds(now - step.Since)),
                new Text(ShownText.Line(step.Message.Split('\n')[0]), StyleOf(Paint.Faint)) { Overflow = Overflow.Ellipsis }
            );
        }

        // Never one line alone: to redraw that, Spectre moves up by 0 lines, which terminals take for 1, and what stands above is lost.
        return new Rows(title, running.Count == 0 ? new Text(" ") : steps);
    }

    private static Style StyleOf(Paint paint) =>
        paint switch
        {
            Paint.Good => new Style(Color.Green),
            Paint.Warning => new Style(Color.Yellow),
            Paint.Bad => new Style(Color.Red),
            Paint.Faint => new Style(Color.Grey),
            Paint.Strong or Paint.Heading => new Style(decoration: Decoration.Bold),
            _ => Style.Plain,
        };
}
