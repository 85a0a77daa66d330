namespace OpsRestart.Core.Reports;

/// <summary>What a run is doing and what state things are in, kept up to date from its events. Both fronts tell it.</summary>
internal sealed class RunStory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunningStep> _running = new(StringComparer.Ordinal);
    private readonly List<string> _cancelled = [];
    private readonly List<string> _stopped = [];
    private readonly List<string> _suspended = [];
    private IReadOnlyList<string>? _interrupted;

    public int Finished { get; private set; }

    public int Total { get; private set; }

    public bool IsRollback { get; private set; }

    /// <summary>How much of the run is done, 0 to 100; null when not known.</summary>
    public int? Percent { get; private set; }

    public IReadOnlyList<RunningStep> Running
    {
        get
        {
            lock (_gate)
            {
                return [.. _running.Values.OrderBy(static s => s.Since)];
            }
        }
    }

    /// <summary>What state things are in, one line each. Empty: as they were.</summary>
    public IReadOnlyList<string> State
    {
        get
        {
            lock (_gate)
            {
                return Describe();
            }
        }
    }

    /// <summary>What to say at the first Ctrl-C: the state at that moment, which the rollback may have changed since.</summary>
    public IReadOnlyList<string> Interruption
    {
        get
        {
            lock (_gate)
            {
                return ["Interrupted; the same again leaves at once.", .. Indented(_interrupted ?? Describe())];
            }
        }
    }

    /// <summary>What to say when the run is left before its end.</summary>
    public IReadOnlyList<string> Abandonment =>
        ["Aborted. These were not restored:", .. Indented(State.DefaultIfEmpty("nothing was changed"))];

    public void Add(RunEvent e)
    {
        lock (_gate)
        {
            (Finished, Total, Percent) = (e.Finished, e.Total, e.Percent);
            if (e.Kind == RunEventKind.RollbackStarted)
            {
                _interrupted ??= Describe();
                IsRollback = true;
                _cancelled.Clear();
            }

            if (e is { Step: { } id, Target: { } target, StepKind: { } kind })
            {
                Apply(e, id, target, kind);
            }
        }
    }

    private static IEnumerable<string> Indented(IEnumerable<string> lines) => lines.Select(static l => $"  {l}");

    private List<string> Describe()
    {
        var lines = new List<string>();
        Say("Stopped by this run", _stopped);
        Say("Under way", [.. _running.Values.Select(static s => s.ToString()), .. _cancelled]);
        Say("Suspended queues", _suspended);
        return lines;

        void Say(string what, IReadOnlyCollection<string> names)
        {
            if (names.Count > 0)
            {
                lines.Add($"{what}: {string.Join(", ", names)}");
            }
        }
    }

    private void Apply(RunEvent e, string id, string target, StepKind kind)
    {
        switch (e.Kind)
        {
            case RunEventKind.StepStarted:
                _running[id] = new RunningStep(RunTable.Verb(kind), target, e.Time, e.Message);
                break;
            case RunEventKind.StepProgress when _running.TryGetValue(id, out var step):
                _running[id] = step with { Message = e.Message };
                break;
            case RunEventKind.StepFinished:
                // What was cancelled was under way when the person asked to stop.
                if (_running.Remove(id, out var ended) && e.Status == StepStatus.Cancelled)
                {
                    _cancelled.Add(ended.ToString());
                }

                Finish(kind, target, e.Status);
                break;
        }
    }

    private void Finish(StepKind kind, string target, StepStatus? status)
    {
        var done = status is StepStatus.Done or StepStatus.Killed;
        switch (kind)
        {
            case StepKind.Stop or StepKind.Kill when done:
                _stopped.Add(target);
                break;
            case StepKind.Start or StepKind.Restart when done || status == StepStatus.NotNeeded:
                _stopped.Remove(target);
                break;
            case StepKind.SuspendQueue when done:
                _suspended.Add(target);
                break;
            case StepKind.ResumeQueue when done:
                _suspended.Remove(target);
                break;
        }
    }
}

/// <summary>A step that is under way.</summary>
internal sealed record RunningStep(string Verb, string Target, DateTime Since, string Message)
{
    public override string ToString() => $"{Verb} {Target}".TrimEnd();
}
