using System.Globalization;
using OpsRestart.Core.Queues;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Output;

/// <summary>Tells how drains get on, and their results with the proof.</summary>
internal sealed class DrainReport(Terminal terminal, bool json)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LivePause = TimeSpan.FromSeconds(0.1);
    private readonly JsonLines _json = new(terminal.Out);
    private readonly Dictionary<string, TimeSpan> _told = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Add(DrainProgress progress)
    {
        lock (_gate)
        {
            var pause = terminal.Live ? LivePause : Pause;
            if (_told.TryGetValue(progress.Queue, out var last) && progress.Elapsed - last < pause)
            {
                return;
            }

            _told[progress.Queue] = progress.Elapsed;
            if (json)
            {
                _json.Write("drainProgress", progress, JsonContext.Default.DrainProgress);
            }
            else
            {
                // At a terminal the line stays one line: it is written over by the next.
                terminal.Screen.Write(
                    terminal.Live
                        ? $"\r\e[K{ShownText.Line(Line(progress))}"
                        : $"{RunTable.Seconds(progress.Elapsed), 7}  {ShownText.Of(Line(progress))}\n"
                );
            }
        }
    }

    public void Finish(IReadOnlyList<DrainResult> results)
    {
        if (json)
        {
            foreach (var result in results)
            {
                _json.Write("drain", result, JsonContext.Default.DrainResult);
            }

            return;
        }

        terminal.Screen.Write(terminal.Live ? "\r\e[K" : "");
        var table = new TextTable("Queue", "Result", ">Took", ">Finished", ">Waiting", ">Held", ">Running", "Proof");
        foreach (var r in results)
        {
            table.Add(
                new Cell(r.Queue, Paint.Strong),
                new Cell(r.Verdict.ToString().ToLowerInvariant(), r.IsDrained ? Paint.Good : Paint.Bad),
                RunTable.Seconds(r.Took),
                r.Finished is { } finished ? Number(finished) : "",
                Number(r.Waiting),
                Number(r.Held),
                Number(r.Executing),
                r.IsDrained ? r.Confidence.ToString().ToLowerInvariant() : ""
            );
        }

        var page = new TextPage(terminal.Width);
        page.Table(table);
        terminal.Write(page);
        foreach (var warning in results.Select(DrainWords.Warning).OfType<string>())
        {
            terminal.Out.WriteLine($"  {terminal.Painted("warning:", Paint.Warning)} {warning}");
        }

        foreach (var failure in results.Where(static r => !r.IsDrained).Select(DrainWords.Failure))
        {
            terminal.Write(failure.Error, failure.Message, failure.Advice);
        }
    }

    private static string Line(DrainProgress p) => $"{p.Queue}: {DrainWords.Of(p)}";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
