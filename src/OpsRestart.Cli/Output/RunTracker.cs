namespace OpsRestart.Cli.Output;

/// <summary>What a run is doing at this moment, kept up to date from its events.</summary>
internal sealed class RunTracker
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunningStep> _running = new(StringComparer.Ordinal);
    private readonly List<string> _stopped = [];
    private readonly List<string> _suspended = [];

    public int Finished { get; private set; }

    public int Total { get; private set; }

    public bool IsRollback { get; private set; }

    public void Add(RunEvent e)
    {
        lock (_gate)
        {
            (Finished, Total) = (e.Finished, e.Total);
            IsRollback |= e.Kind == RunEventKind.RollbackStarted;
            if (e is { Step: { } id, Target: { } target, StepKind: { } kind })
            {
                Apply(e, id, target, kind);
            }
        }
    }

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
                var lines = new List<string>();
                Say("Stopped by this run", _stopped);
                Say("Under way", [.. _running.Values.Select(static s => $"{s.Verb} {s.Target}".TrimEnd())]);
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
        }
    }

    private void Apply(RunEvent e, string id, string target, StepKind kind)
    {
        switch (e.Kind)
        {
            case RunEventKind.StepStarted:
                _running[id] = new RunningStep(Core.Execution.RunTable.Verb(kind), target, e.Time, e.Message);
                break;
            case RunEventKind.StepProgress when _running.TryGetValue(id, out var step):
                _running[id] = step with { Message = e.Message };
                break;
            case RunEventKind.StepFinished:
                _running.Remove(id);
                Finish(kind, target, e.Status);
                break;
        }
    }

    private void Finish(StepKind kind, string target, StepStatus? status)
    {
        var done = status is StepStatus.Done or StepStatus.Killed;
        switch (kind)
        {
            case StepKind.Stop when done:
                _stopped.Add(target);
                break;
            case StepKind.Start when done || status == StepStatus.NotNeeded:
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
internal sealed record RunningStep(string Verb, string Target, DateTime Since, string Message);
