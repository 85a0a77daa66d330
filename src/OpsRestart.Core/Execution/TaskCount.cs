using System.Globalization;

namespace OpsRestart.Core.Execution;

/// <summary>Adds up what a run has counted of its queues' tasks, and says it in a line.</summary>
internal static class TaskCount
{
    /// <summary>Null: the run had nothing to do with any task.</summary>
    public static RunTasks? Of(RunState run)
    {
        var drains = run.Drains.Values.OrderBy(static d => d.Queue, StringComparer.Ordinal).ToList();
        IReadOnlyList<string> undrained = [.. run.UndrainedQueues()];
        if (drains.Count == 0 && undrained.Count == 0)
        {
            return null;
        }

        var count = new RunTasks
        {
            RunningBefore = Sum(drains, static d => d.ExecutingBefore),
            HeldBefore = Sum(drains, static d => d.HeldBefore),
            WaitingBefore = Sum(drains, static d => d.WaitingBefore),
            Finished = Sum(drains, static d => d.Finished),
            Running = Sum(drains, static d => d.IsCounted ? d.Executing : null),
            Held = Sum(drains, static d => d.IsCounted ? d.Held : null),
            Waiting = Sum(drains, static d => d.IsCounted ? d.Waiting : null),
            Proof = undrained.Count > 0 ? DrainConfidence.None : drains.Min(static d => d.IsDrained ? d.Confidence : DrainConfidence.None),
            UndrainedQueues = undrained,
            EndedWorkers = [.. drains.SelectMany(static d => d.EndedWorkers)],
            KilledNodes = [.. run.Killed.Keys.Order(StringComparer.Ordinal)],
            KilledTasks = [.. run.Killed.Values.SelectMany(static t => t).Select(static t => t.ToString()).Distinct()],
        };
        return count with { NoneLost = IsNoneLost(count, run) };
    }

    /// <summary>"433 tasks finished, none lost"; else what is known.</summary>
    public static string Sentence(RunTasks tasks)
    {
        var said = new List<string>
        {
            tasks.Finished is not { } finished ? "how many tasks finished is not known" : Count(finished, "task") + " finished",
        };
        Add(tasks.Running > 0, $"{tasks.Running} still ran");
        Add(tasks.Held > 0, $"{tasks.Held} held");
        Add(tasks.Waiting > 0, $"{tasks.Waiting} left waiting");
        Add(tasks.UndrainedQueues.Count > 0, $"not drained: {string.Join(", ", tasks.UndrainedQueues)}");
        Add(tasks.EndedWorkers.Count > 0, $"{Count(tasks.EndedWorkers.Count, "worker")} ended in the drain");
        var with = tasks.KilledTasks.Count > 0 ? $" with {Count(tasks.KilledTasks.Count, "task")} running" : "";
        Add(tasks.KilledNodes.Count > 0, $"{Count(tasks.KilledNodes.Count, "service")} killed{with}");
        Add(tasks is { UndrainedQueues.Count: 0, Proof: not DrainConfidence.Exact }, $"proof {tasks.Proof.ToString().ToLowerInvariant()}");
        Add(tasks.NoneLost, $"none lost");
        return string.Join(", ", said);

        void Add(bool isSo, FormattableString what)
        {
            if (isSo)
            {
                said.Add(what.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>
    /// "2 services killed, 3 tasks ran in them, 1 lost unless just done, 2 tasks unacknowledged at the broker". Between a worker's answer
    /// and KILL a task may end: that one is not lost, and nobody can tell.
    /// </summary>
    public static string EmergencySentence(RunTasks tasks)
    {
        var killed = $"{Count(tasks.KilledNodes.Count, "service")} killed";
        var ran = tasks.RunningBefore is null ? "which tasks ran is not known" : $"{Count(tasks.KilledTasks.Count, "task")} ran in them";
        var held = tasks.UnacknowledgedTasks is { } open
            ? $"{Count(open.Count, "task")} unacknowledged at the broker"
            : "what is unacknowledged is not known";
        return tasks.LostTasks switch
        {
            null => $"{killed}, {ran}, {held}",
            { Count: 0 } => $"{killed}, {ran}, none of these lost, {held}",
            { Count: var lost } => $"{killed}, {ran}, {lost} lost unless just done, {held}",
        };
    }

    private static bool IsNoneLost(RunTasks count, RunState run) =>
        count
            is { Proof: DrainConfidence.Exact, UndrainedQueues.Count: 0, EndedWorkers.Count: 0, KilledNodes.Count: 0, KilledTasks.Count: 0 }
        // What workers of a part had left is known by their own word alone.
        && run.DrainedNodes.IsEmpty
        && run.DoubtfulSuspensions.IsEmpty
        && ((count.Waiting == 0 && count.Held == 0) || !IsBrokerTouched(run));

    /// <summary>
    /// Which node is a queue's broker no graph says; it is among what the queue's workers need. What waited in it while it restarted nobody
    /// has counted.
    /// </summary>
    private static bool IsBrokerTouched(RunState run) =>
        run
            .Drains.Keys.Select(run.Queue)
            .SelectMany(static q => q.ConsumedBy)
            .Any(n => run.Node(n).Needs.Any(need => IsTouched(need, run)));

    private static bool IsTouched(string node, RunState run) =>
        run.Stopped.ContainsKey(node) || run.Node(node).Needs.Any(n => IsTouched(n, run));

    private static long? Sum(List<DrainResult> drains, Func<DrainResult, long?> value) =>
        drains.Count == 0 || drains.Any(d => value(d) is null) ? null : drains.Sum(value);

    public static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
