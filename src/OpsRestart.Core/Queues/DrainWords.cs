namespace OpsRestart.Core.Queues;

/// <summary>A drain in words: a run, the cmdlets and the command say the same. Advice that names one of them is theirs.</summary>
internal static class DrainWords
{
    private const int Shown = 10;
    private const int MostEvidence = 4;

    /// <summary>What there is at one look.</summary>
    public static string Of(DrainObservation seen) =>
        seen.Verdict switch
        {
            DrainVerdict.Drained => "drained",
            DrainVerdict.Unreachable => "the broker does not answer",
            DrainVerdict.NoWorkers => "no worker is consuming",
            DrainVerdict.NoReply => "workers are connected and do not answer",
            _ => FormattableString.Invariant($"{seen.Executing} running, {seen.Held} held, {seen.Waiting} waiting"),
        };

    /// <summary>"3 running, 2 held, 50 waiting, 12.5/s, about 4s left".</summary>
    public static string Of(DrainProgress progress)
    {
        var rate = progress.Rate is > 0 ? FormattableString.Invariant($", {progress.Rate:0.#}/s") : "";
        var eta = progress.Eta is { } left ? $", about {Duration.Format(left)} left" : "";
        return $"{progress.Message}{rate}{eta}";
    }

    /// <summary>What was done in a drain that ended well, and how sure that is.</summary>
    public static string Proof(DrainResult result)
    {
        var finished = result.Finished is { } count ? FormattableString.Invariant($"{count} tasks finished, ") : "";
        return $"{finished}proof {result.Confidence.ToString().ToLowerInvariant()}";
    }

    /// <summary>
    /// What people have to know of a drain that ended well: the verdict says that nothing is left, not that nothing was lost. Null:
    /// nothing.
    /// </summary>
    public static string? Warning(DrainResult result) =>
        result.EndedWorkers.Count == 0
            ? null
            : $"Ended in the middle of the drain: {string.Join(", ", result.EndedWorkers)}. A task that it had not finished is lost, "
                + "unless its queue gave it out again. Look for orphaned tasks.";

    /// <summary>Why a drain failed: which error, what was seen, the tasks that are left one a line, and what to do.</summary>
    public static OpsRestartException Failure(DrainResult result)
    {
        var (error, advice) = result.Verdict switch
        {
            DrainVerdict.Unreachable => (OpsError.ConnectionFailed, "Start the broker, or check its address."),
            DrainVerdict.NoWorkers => (OpsError.NoWorkers, "Start a worker."),
            DrainVerdict.NoReply => (OpsError.NoReply, "See the workers' logs."),
            DrainVerdict.WorkerDied => (OpsError.ServiceFailed, "Look for orphaned tasks."),
            _ => (OpsError.DrainTimeout, "Give it more time, or see what its tasks wait for."),
        };
        return new OpsRestartException(error, NotDrained(result) + Left(result), result.Queue, advice);
    }

    /// <summary>A sentence: "'default' is not drained after 5m: 3 tasks run, 2 are held by workers, 5 wait."</summary>
    public static string NotDrained(DrainResult result)
    {
        var why = result.Verdict switch
        {
            DrainVerdict.Unreachable => "its broker can't be reached.",
            DrainVerdict.NoWorkers => FormattableString.Invariant($"no worker consumes it, and {result.Waiting} tasks wait."),
            DrainVerdict.NoReply => "its workers are connected and do not answer.",
            DrainVerdict.WorkerDied => $"{result.Evidence[0]}. What it ran is lost, unless its queue gives it out again.",
            _ => FormattableString.Invariant($"{result.Executing} tasks run, {result.Held} are held by workers, {result.Waiting} wait."),
        };

        // Where no task runs, what was seen says why it is not drained all the same.
        var seen =
            result.Verdict == DrainVerdict.WorkerDied || result.Executing > 0 || result.Evidence.Count == 0
                ? ""
                : $" Seen: {string.Join("; ", result.Evidence.Take(MostEvidence))}.";
        return $"'{result.Queue}' is not drained after {Duration.Format(result.Took)}: {why}{seen}";
    }

    /// <summary>What is left, those that run first; begins with a line break, and is empty when nothing is known of it.</summary>
    public static string Left(DrainResult result)
    {
        var tasks = result.Remaining.OrderByDescending(static t => t.State == WorkerTaskState.Active).Take(Shown).ToList();
        return tasks.Count == 0
            ? ""
            : $"\n  {(result.Verdict == DrainVerdict.WorkerDied ? "It ran" : "Left")}:"
                + string.Concat(tasks.Select(static t => $"\n    {Line(t)}"));
    }

    private static string Line(WorkerTask task) =>
        $"{task}{(task.State == WorkerTaskState.Active ? "" : $", {task.State.ToString().ToLowerInvariant()}")}"
        + (task.Worker is null ? "" : $" on {task.Worker}")
        + (task.Age is { } age ? $" for {Duration.Format(age)}" : "");
}
