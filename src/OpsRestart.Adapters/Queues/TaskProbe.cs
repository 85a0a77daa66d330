using OpsRestart.Adapters.Probes;

namespace OpsRestart.Adapters.Queues;

/// <summary>
/// Queues a task in each queue and waits until its worker has finished it: the whole way that work goes. What is measured is the time from
/// the one to the other. A task that nobody takes in time is taken back.
/// </summary>
internal sealed class TaskProbe : ProbeBase
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>To take back what nobody took, when the time or the caller's patience is over.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(2);

    private readonly Func<ITaskTrial> _open;
    private readonly string _name;
    private readonly IReadOnlyList<string> _queues;
    private readonly IReadOnlyList<string> _arguments;

    /// <summary>Of the seconds from queued to finished.</summary>
    private readonly ProbeLimits _limits;

    /// <param name="settings">The settings.</param>
    /// <param name="usualQueue">Where no queue is named.</param>
    /// <param name="open">Opens the way to the queue system.</param>
    /// <param name="context">The context.</param>
    /// <param name="time">The clock.</param>
    public TaskProbe(ProbeSettings settings, string usualQueue, Func<ITaskTrial> open, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _open = open;
        _name = settings.Text("name") ?? "";
        if (_name.Length == 0)
        {
            settings.Fail("name", "is missing: which task", "Add name: app.tasks.ping, one that does nothing.", "MissingValue");
        }

        _queues = settings.List("queues") is { Count: > 0 } queues ? queues : [usualQueue];
        _arguments = settings.List("arguments");
        _limits = ProbeLimits.Read(settings, LimitScale.Time);
    }

    protected override string Peer => $"The broker {ShownTarget}";

    protected override string NextStep => "Check the load of the broker and its workers.";

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var trial = _open();
        await using var held = trial.ConfigureAwait(false);
        var tasks = _queues.Select(q => new TrialTask(Guid.NewGuid().ToString(), _name, q, _arguments)).ToList();
        var sent = new List<TrialTask>();
        var left = new HashSet<TrialTask>();
        var verdicts = new List<ProbeVerdict>();

        // The rest of the try's time is for taking back.
        using var deadline = new CancellationTokenSource(TryTimeout * 0.85, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var start = Time.GetTimestamp();
        try
        {
            foreach (var task in tasks)
            {
                sent.Add(task);
                left.Add(task);
                await trial.SendAsync(task, TryTimeout, either.Token).ConfigureAwait(false);
            }

            for (var pause = FirstPause; left.Count > 0; pause = Longer(pause))
            {
                foreach (var task in left.ToList())
                {
                    if (await trial.LookAsync(task, either.Token).ConfigureAwait(false) is { } end)
                    {
                        left.Remove(task);
                        verdicts.Add(Judge(task, end, Time.GetElapsedTime(start)));
                    }
                }

                if (left.Count > 0)
                {
                    await Task.Delay(pause, Time, either.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // What is left is told below.
        }
        finally
        {
            verdicts.AddRange(await CleanUpAsync(trial, sent, left).ConfigureAwait(false));
        }

        return ProbeVerdict.Worst(verdicts)!;
    }

    protected override ProbeVerdict? Explain(Exception error) => ProbeVerdict.OfAdapter(error);

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private async Task<IReadOnlyList<ProbeVerdict>> CleanUpAsync(ITaskTrial trial, List<TrialTask> sent, HashSet<TrialTask> left)
    {
        using var bounded = new CancellationTokenSource(CleanUp, Time);
        var verdicts = new List<ProbeVerdict>();
        foreach (var task in sent)
        {
            bool? waited = null;
            try
            {
                waited = await trial.RemoveAsync(task, bounded.Token).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // What can't be taken back expires by itself; the verdict is about the task.
            catch (Exception)
#pragma warning restore CA1031
            { }

            if (left.Contains(task))
            {
                verdicts.Add(NotFinished(task, waited));
            }
        }

        return verdicts;
    }

    private ProbeVerdict NotFinished(TrialTask task, bool? waited)
    {
        var limit = Duration.Format(TryTimeout * 0.85);
        return waited switch
        {
            true => ProbeVerdict.Unhealthy(
                "NotTaken",
                $"No worker took {task.Name} from queue '{task.Queue}' within {limit}; it was taken back. Check that a worker consumes "
                    + "this queue, and what waits before it."
            ),
            false => ProbeVerdict.Unhealthy(
                "NotFinished",
                $"A worker took {task.Name} from queue '{task.Queue}', and no result was seen within {limit}. Check that the workers "
                    + "know the task and store its result where it was looked for."
            ),
            null => ProbeVerdict.Unhealthy(
                "NotFinished",
                $"No result of {task.Name} in queue '{task.Queue}' was seen within {limit}; if it still waits, it expires. Check that a "
                    + "worker consumes this queue and stores results where they were looked for."
            ),
        };
    }

    private ProbeVerdict Judge(TrialTask task, TrialEnd end, TimeSpan took)
    {
        if (!end.Succeeded)
        {
            return ProbeVerdict.Unhealthy(
                "TaskFailed",
                $"{task.Name} in queue '{task.Queue}' failed: {ForeignText.OneLine(end.Said, 160)}. Check its name and its worker's log."
            );
        }

        var verdict = _limits.Judge(
            took.TotalSeconds,
            $"{task.Queue} task",
            $"{task.Name} in queue '{task.Queue}' was finished after",
            "See what the workers are busy with.",
            static s => string.Create(CultureInfo.InvariantCulture, $"{s:0.###} s")
        );
        return verdict.Status == ProbeStatus.Healthy ? verdict : verdict with { Reason = ProbeReason.Slow };
    }
}
