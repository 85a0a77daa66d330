namespace OpsRestart.Core.Execution;

/// <summary>
/// Gives back suspensions with patience: the broker may just be restarting, and a queue that stays suspended is worse than a short wait.
/// </summary>
internal static class LeaseRelease
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<string>> ResumeAsync(HeldLease lease, TimeProvider time, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await lease.ResumeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OpsRestartException e) when (e.Error == OpsError.ConnectionFailed && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Everything that the run still holds, on every way out. All at the same time and each for itself: a queue that can't be resumed keeps
    /// no other suspended. Returns those that could not be, one sentence each.
    /// </summary>
    public static async Task<IReadOnlyList<string>> AllAsync(RunState run)
    {
        using var bounded = new CancellationTokenSource(AtMost, run.Time);
        var held = await Task.WhenAll(run.Leases.Keys.Select(name => OneAsync(run, name, bounded.Token))).ConfigureAwait(false);
        return [.. held.OfType<string>()];
    }

    /// <summary>
    /// Before a worker starts: a suspension that the run still holds must not hinder it. 'rq worker' does not start at all while RQ is
    /// suspended, and from new Celery workers it would take their queues, which they then lose again at their next reconnection to the
    /// broker (celery#7733).
    /// </summary>
    public static async Task AdmitAsync(ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        var held = run
            .Plan.Definition.Queues.Where(q => q.ConsumedBy.Contains(node.Name))
            .Select(q => run.Leases.GetValueOrDefault(q.Name))
            .OfType<HeldLease>()
            .ToList();
        if (held.Count > 0)
        {
            using var bounded = new CancellationTokenSource(OneTry, run.Time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(bounded.Token, cancellationToken);
            await Task.WhenAll(held.Select(l => AdmitOneAsync(l, node, run, linked.Token))).ConfigureAwait(false);
        }
    }

    /// <summary>What a queue system has to say of a suspension that ends may be a task that is lost.</summary>
    public static void Tell(RunState run, string name, IReadOnlyList<string> warnings, PlanStep? step = null)
    {
        foreach (var warning in warnings)
        {
            run.DoubtfulSuspensions[name] = true;
            run.Journal.Warn(warning, step);
        }
    }

    private static async Task AdmitOneAsync(HeldLease lease, ServiceNode node, RunState run, CancellationToken cancellationToken)
    {
        try
        {
            await lease.AdmitAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Its broker may be away; not even a defect may keep a service down. It is tried again at the end of the run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            run.Journal.Warn(
                $"{lease.Suspension} could not be resumed before {node.Service} starts: "
                    + $"{(e is OperationCanceledException ? "no answer" : SecretText.Redact(e.Message))}"
            );
        }
    }

    /// <summary>
    /// For the rollback, at its beginning: queues whose workers were not stopped are theirs again at once. One try: what fails is tried
    /// again at the end.
    /// </summary>
    public static async Task UntouchedAsync(RunState run, CancellationToken cancellationToken)
    {
        var untouched = run.Leases.Where(l => !run.Queue(l.Key).ConsumedBy.Any(run.Stopped.ContainsKey)).ToList();
        using var bounded = new CancellationTokenSource(OneTry, run.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(bounded.Token, cancellationToken);
        await Task.WhenAll(untouched.Select(l => TryOneAsync(run, l.Key, l.Value, linked.Token))).ConfigureAwait(false);
    }

    private static async Task TryOneAsync(RunState run, string name, HeldLease lease, CancellationToken cancellationToken)
    {
        try
        {
            Tell(run, name, await lease.ResumeAsync(cancellationToken).ConfigureAwait(false));

            run.Leases.TryRemove(name, out _);
            await lease.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Its broker may be one of the services that are only now started again; and not even a defect may keep services down.
        catch (Exception)
#pragma warning restore CA1031
        { }
    }

    private static async Task<string?> OneAsync(RunState run, string name, CancellationToken cancellationToken)
    {
        if (!run.Leases.TryRemove(name, out var lease))
        {
            return null;
        }

        try
        {
            await using (lease.ConfigureAwait(false))
            {
                Tell(run, name, await ResumeAsync(lease, run.Time, cancellationToken).ConfigureAwait(false));
            }

            return null;
        }
#pragma warning disable CA1031 // Also a defect is told here, and must not keep the other queues suspended.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var why = e is OperationCanceledException ? $"no answer within {Duration.Format(AtMost)}." : SecretText.Redact(e.Message);
            var end = lease.Suspension.Lease is { } limit
                ? $"It comes back by itself within {Duration.Format(limit)}."
                : "Resume it: its workers take no tasks until then.";
            run.DoubtfulSuspensions[name] = true;
            run.Journal.Warn($"Queue '{name}' could not be resumed: {why} {end}");
            return $"queue '{name}' is still suspended";
        }
    }
}
