namespace OpsRestart.Core.Execution;

/// <summary>The event stream of one run: numbered, in order, one at a time.</summary>
internal sealed class RunJournal(string runId, TimeProvider time, Action<RunEvent> sink)
{
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<string, string> _progress = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private bool _sinkFailed;
    private int _sequence;
    private int _finished;
    private RunProgress? _done;

    public string RunId => runId;

    public int Total { get; private set; }

    /// <summary>The steps whose share of the whole the events tell.</summary>
    public void Expect(IReadOnlyList<PlanStep> steps)
    {
        Total = steps.Count;
        _done = new RunProgress(steps);
    }

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate)
            {
                return [.. _warnings];
            }
        }
    }

    public void Warn(string message, PlanStep? step = null)
    {
        lock (_gate)
        {
            _warnings.Add(message);
        }

        Write(RunEventKind.Warning, message, step);
    }

    /// <summary>Progress that changes many times a second: told only when its text is new.</summary>
    /// <param name="message">What is waited for.</param>
    /// <param name="step">The step.</param>
    /// <param name="part">How much of the step is done, 0 to 1, where that is known.</param>
    public void Progress(string message, PlanStep step, double? part = null)
    {
        lock (_gate)
        {
            if (part is { } known)
            {
                _done?.Reach(step.Id, known);
            }

            if (_progress.TryGetValue(step.Id, out var last) && last == message)
            {
                return;
            }

            _progress[step.Id] = message;
        }

        Write(RunEventKind.StepProgress, message, step);
    }

    public void Write(RunEventKind kind, string message, PlanStep? step = null, StepStatus? status = null, bool isRollback = false)
    {
        lock (_gate)
        {
            if (kind == RunEventKind.StepFinished && !isRollback)
            {
                _finished++;
                _done?.Reach(step?.Id ?? "", 1);
            }

            Tell(
                new RunEvent
                {
                    RunId = runId,
                    Sequence = ++_sequence,
                    Time = time.GetUtcNow().UtcDateTime,
                    Kind = kind,
                    Step = step?.Id,
                    StepKind = step?.Kind,
                    Target = step?.Target,
                    Status = status,
                    Message = message,
                    Percent = kind == RunEventKind.RunStarted ? null : _done?.Percent,
                    Finished = _finished,
                    Total = Total,
                    IsRollback = isRollback,
                }
            );
        }
    }

    private void Tell(RunEvent happened)
    {
        try
        {
            sink(happened);
        }
#pragma warning disable CA1031 // Whoever listens must not be able to end a run in the middle, with services down and queues suspended.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_sinkFailed)
            {
                _sinkFailed = true;
                _warnings.Add($"Not every event of this run could be told: {e.GetType().Name}: {SecretText.Redact(e.Message)}");
            }
        }
    }
}
