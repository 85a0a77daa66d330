using System.Globalization;
using OpsRestart.Core.Drain;
using OpsRestart.Core.Execution;

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
                terminal.Screen.Write(terminal.Live ? $"\r\e[K{ShownText.Line(Line(progress))}" : $"{RunTable.Seconds(progress.Elapsed),7}  {ShownText.Of(Line(progress))}\n");
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
        var table = new TextTable("Queue", "Result", "Took", "Finished", "Waiting", "Held", "Running", "Proof").Right(2, 3, 4, 5, 6);
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
                r.IsDrained ? r.Confidence.ToString().ToLowerInvariant() : "");
        }

        table.Write(terminal.Out, terminal.Colour, terminal.Width);
        foreach (var line in results.Where(static r => !r.IsDrained).SelectMany(static r => r.Evidence))
        {
            terminal.Out.WriteLine($"  {line}");
        }

        foreach (var warning in results.Select(DrainWarning.Of).OfType<string>())
        {
            terminal.Out.WriteLine($"  {TextTable.Painted("warning:", Paint.Warning, terminal.Colour)} {warning}");
        }
    }

    private static string Line(DrainProgress p)
    {
        var rate = p.Rate is > 0 ? string.Create(CultureInfo.InvariantCulture, $", {p.Rate:0.#}/s") : "";
        var eta = p.Eta is { } left ? $", about {Duration.Format(left)} left" : "";
        return $"{p.Queue}: {p.Message}{rate}{eta}";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
