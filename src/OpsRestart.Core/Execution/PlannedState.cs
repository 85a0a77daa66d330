namespace OpsRestart.Core.Execution;

/// <summary>
/// Whether each service of a plan is what the plan made it: the invocation that the run started or found, still up, not restarted since;
/// and what a stop stopped still stopped. A probe says nothing of that: another process, or a second invocation, may answer it.
/// </summary>
internal static class PlannedState
{
    /// <summary>A node without probes that doesn't say otherwise has to be up for this long.</summary>
    public static readonly TimeSpan StableByDefault = TimeSpan.FromSeconds(2);

    /// <summary>What is not so, a sentence for each service, with its log.</summary>
    public static async Task<IReadOnlyList<string>> TroublesAsync(RunState run, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(run.Plan.Nodes.Select(n => TroubleAsync(run.Node(n), run, cancellationToken))).ConfigureAwait(false);
        return [.. found.OfType<string>()];
    }

    /// <summary>
    /// Waits until those without probes have been up long enough; ends early when one dies. They have been counting since their start,
    /// beside other steps.
    /// </summary>
    public static async Task StayUpAsync(RunState run, CancellationToken cancellationToken)
    {
        using var died = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = run
            .Plan.Nodes.Select(run.Node)
            .Where(static n => n.Ready.Count == 0 && n.StableFor is null)
            .Select(n => StayUpAsync(n, run, died))
            .ToList();
        try
        {
            await Task.WhenAll(waits).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (died.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The look that follows names it.
        }
    }

    private static async Task StayUpAsync(ServiceNode node, RunState run, CancellationTokenSource died)
    {
        if (!run.Up.TryGetValue(node.Name, out var started) || !started.ByThisRun)
        {
            return;
        }

        var left = StableByDefault - run.Time.GetElapsedTime(started.At);
        if (left <= TimeSpan.Zero)
        {
            return;
        }

        var manager = await run.ManagerAsync(node, died.Token).ConfigureAwait(false);
        if (await UnitWatch.WatchAsync(manager, node, left, run.Time, died.Token).ConfigureAwait(false) is not null)
        {
            await died.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task<string?> TroubleAsync(ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        if (run.Plan.Operation == GraphOperation.Stop)
        {
            var left = await run.Services.LookAsync(node, cancellationToken).ConfigureAwait(false);
            return Recorder.IsUp(left.State) ? UnitWatch.StartedAgain(node, left) : null;
        }

        if (!run.Up.TryGetValue(node.Name, out var started))
        {
            return null;
        }

        var now = await run.ReadAsync(node, cancellationToken).ConfigureAwait(false);
        return UnitWatch.Trouble(started.Service, now) is { } trouble
            ? $"{node.Service} {trouble} after {(started.ByThisRun ? "its start" : "this run began")}."
                + await UnitLog.TailAsync(run, node, cancellationToken).ConfigureAwait(false)
            : null;
    }
}
