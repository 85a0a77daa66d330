using System.Globalization;
using OpsRestart.Core.Execution;

namespace OpsRestart.Core.Reports;

/// <summary>What people read of a run: a headline and one row for each thing that was done. Both fronts show the same.</summary>
internal static class RunTable
{
    // A start follows its own stop within milliseconds when nothing else had to happen in between; then it is a restart.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private const int LongestNote = 200;

    /// <summary>
    /// The rows in the order in which things began; those of the rollback come last. Start, ready and settle of one node are one row.
    /// </summary>
    public static IReadOnlyList<RunRow> Rows(ServiceGraphRun run) =>
        [.. Rows(run.Steps.Where(static s => !s.IsRollback)), .. Rows(run.Steps.Where(static s => s.IsRollback))];

    /// <summary>The headline, the table, and what people have to know besides.</summary>
    /// <param name="run">The run.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="withFailure">Also why it failed; false where an error tells that.</param>
    public static TextPage Page(ServiceGraphRun run, int width, bool withFailure)
    {
        var page = new TextPage(width);
        page.Blank();
        page.Text(Headline(run), 1, PaintOf(run.Outcome));
        page.Blank();
        page.Table(Table(run), 1);
        page.List("Failure:", withFailure && run.Failure is { } failure ? [failure] : [], Paint.Bad);
        page.List("Not restored:", run.Left, Paint.Bad);
        page.List("Warnings:", Noticed(run).Concat(run.Warnings).Distinct(), Paint.Warning);
        page.Blank();
        return page;
    }

    /// <summary>One line: "Restart of nautobot: done in 9.8 s (critical path 9.5 s), 312 tasks finished, none lost".</summary>
    public static string Headline(ServiceGraphRun run)
    {
        var name = run.IsEmergency ? $"Emergency stop of {run.Graph}" : $"{run.Operation} of {run.Graph}";
        var time = Seconds(run.Duration, " s");
        var said = run.Outcome switch
        {
            RunOutcome.Done => $"{name}: done in {time} (critical path {Seconds(run.CriticalPath, " s")})",
            RunOutcome.RolledBack => $"{name}: failed after {time}; everything is back as it was",
            RunOutcome.Failed => $"{name}: failed after {time}; nothing was rolled back",
            RunOutcome.DrainAborted => $"{name}: not drained; everything is back as it was after {time}",
            RunOutcome.TimedOut => $"{name}: not done in time; everything is back as it was after {time}",
            RunOutcome.Cancelled => $"{name}: cancelled; everything is back as it was after {time}",
            RunOutcome.Refused => $"{name}: refused; nothing was changed",
            RunOutcome.Skipped => $"{name}: skipped, since {run.Failure}; nothing was changed",
            _ => $"{name}: failed, and the rollback failed too: known-bad state after {time}",
        };
        return said + Tasks(run);
    }

    /// <summary>A duration for a column: tenths of a second below a minute.</summary>
    public static string Seconds(TimeSpan value, string unit = "s") =>
        value.TotalSeconds < 60 ? value.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + unit : Duration.Format(value);

    /// <summary>A status as people say it.</summary>
    public static string Words(StepStatus status) =>
        status switch
        {
            StepStatus.NotNeeded => "not needed",
            StepStatus.TimedOut => "timed out",
            _ => status.ToString().ToLowerInvariant(),
        };

    /// <summary>What a kind of step does, in one word.</summary>
    public static string Verb(StepKind kind) =>
        kind switch
        {
            StepKind.SuspendQueue => "suspend",
            StepKind.DrainQueue => "drain",
            StepKind.Signal or StepKind.Stop => "stop",
            StepKind.Kill => "kill",
            StepKind.Hook => "hook",
            StepKind.ResumeQueue => "resume",
            StepKind.Validate => "validate",
            StepKind.Barrier => "barrier",
            StepKind.WaitConsuming => "consume",
            StepKind.Restart => "restart",
            _ => "start",
        };

    public static Paint PaintOf(StepStatus status) =>
        status switch
        {
            StepStatus.Done or StepStatus.Ready or StepStatus.Settled or StepStatus.Drained => Paint.Good,
            StepStatus.Killed => Paint.Warning,
            StepStatus.Failed or StepStatus.TimedOut => Paint.Bad,
            _ => Paint.Faint,
        };

    private static Paint PaintOf(RunOutcome outcome) =>
        outcome switch
        {
            RunOutcome.Done => Paint.Good,
            RunOutcome.Refused or RunOutcome.Cancelled or RunOutcome.Skipped => Paint.Warning,
            _ => Paint.Bad,
        };

    private static TextTable Table(ServiceGraphRun run)
    {
        var table = new TextTable("Step", "", "Result", ">Start", ">Took", "Note");
        foreach (var part in Rows(run).GroupBy(static r => r.IsRollback))
        {
            if (part.Key)
            {
                table.AddSection("Rollback:");
            }

            foreach (var row in part)
            {
                var result = new Cell(row.Result, PaintOf(row.Status));
                table.Add(row.Verb, row.Target, result, Seconds(row.Start), Seconds(row.Took), row.Note);
            }
        }

        return table;
    }

    /// <summary>What preflight warned of. Its errors are the failure.</summary>
    private static IEnumerable<string> Noticed(ServiceGraphRun run) =>
        run.Findings.Where(static f => f.Severity == FindingSeverity.Warning).Select(static f => f.Sentence);

    private static IEnumerable<RunRow> Rows(IEnumerable<StepReport> all)
    {
        var steps = all.Where(static s => s.Kind != StepKind.Barrier).ToList();
        var inOneGo = steps.Where(static s => s.Kind == StepKind.Restart).Select(static s => s.Target).ToHashSet(StringComparer.Ordinal);
        var groups = steps.GroupBy(
            s => (Verb(s.Kind) is "start" && inOneGo.Contains(s.Target) ? "restart" : Verb(s.Kind), s.Target),
            static (key, parts) => Row(key.Item1, parts.ToList())
        );
        var rows = groups.ToList();
        foreach (var stop in rows.Where(static r => r is { Verb: "stop", Status: StepStatus.Done }).ToList())
        {
            var start = rows.Find(r => r.Verb == "start" && r.Target == stop.Target);
            if (
                start is { Status: StepStatus.Done or StepStatus.Ready or StepStatus.Settled }
                && start.Start - stop.Start - stop.Took <= AtOnce
            )
            {
                rows[rows.IndexOf(stop)] = start with
                {
                    Verb = "restart",
                    Start = stop.Start,
                    Took = start.Start + start.Took - stop.Start,
                };
                rows.Remove(start);
            }
        }

        return rows.OrderBy(static r => r.Start);
    }

    private static RunRow Row(string verb, List<StepReport> parts)
    {
        var telling = parts.Find(static p => !p.Succeeded) ?? parts.FindLast(static p => p.Status != StepStatus.NotNeeded) ?? parts[^1];
        var begun = parts.Where(static p => p.Status != StepStatus.Skipped).DefaultIfEmpty(parts[0]).ToList();
        return new RunRow
        {
            Verb = verb,
            Target = telling.Target,
            Status = telling.Status,
            Start = begun[0].Start,
            Took = begun[^1].Start + begun[^1].Took - begun[0].Start,
            Note = Note(telling, parts),
            IsRollback = telling.IsRollback,
        };
    }

    private static string Note(StepReport telling, List<StepReport> parts)
    {
        if (!telling.Succeeded)
        {
            return OneLine(telling.Note.Length > 0 ? telling.Note : telling.ErrorMessage ?? "");
        }

        // What a probe answered says more than how long the service has been up since.
        var ready = parts.Find(static p => p is { Kind: StepKind.WaitReady, Note.Length: > 0 });
        return OneLine((ready ?? telling).Note);
    }

    private static string OneLine(string text)
    {
        var line = text.Split('\n')[0].Trim();
        return line.Length <= LongestNote ? line : string.Concat(line.AsSpan(0, LongestNote - 1), "…");
    }

    /// <summary>Of a run that was not done only what it may have cost.</summary>
    private static string Tasks(ServiceGraphRun run) =>
        run is { IsEmergency: true, Outcome: RunOutcome.Done or RunOutcome.Failed, Tasks: { } left }
            ? $", {TaskCount.EmergencySentence(left)}"
        : run.Tasks is { } tasks && (run.Outcome == RunOutcome.Done || tasks.KilledNodes.Count + tasks.EndedWorkers.Count > 0)
            ? $", {TaskCount.Sentence(tasks)}"
        : "";
}
