using OpsRestart.Core.Runs;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Carries out the plan of an emergency stop. Only missing rights refuse it: another run, or what checks find, is told and hinders nothing.
/// Nothing is rolled back.
/// </summary>
internal sealed class EmergencyStop(RunState run)
{
    /// <summary>For the lock, the checks and the first look at the datastores, together.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task<ServiceGraphRun> RunAsync(CancellationToken cancellationToken)
    {
        var tasks = EmergencyTasks.Begin(run);
        await using (tasks.ConfigureAwait(false))
        {
            using var bounded = new CancellationTokenSource(Patience, run.Time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(bounded.Token, cancellationToken);
            var locking = TryAsync<IHeldRunLock>(AcquireAsync, limit.Token);
            var checks = Task.WhenAll(run.Ports.Preflight.Select(c => TryAsync(t => CheckAsync(c, t), limit.Token)));
            await LookAtDatastoresAsync(limit.Token).ConfigureAwait(false);
            var findings = Findings(await checks.ConfigureAwait(false));
            var held = await locking.ConfigureAwait(false);
            try
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return GraphExecutor.CancelledBefore(run);
                }

                var denied = findings.Where(static f => f.Severity == FindingSeverity.Error).ToList();
                return denied.Count > 0 && !run.Options.Force
                    ? GraphExecutor.Refused(run, findings, OpsError.AccessDenied, string.Join(" ", denied.Select(static f => f.Sentence)))
                    : await StopAsync(tasks, findings, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (held is not null)
                {
                    await held.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private async Task<ServiceGraphRun> StopAsync(
        EmergencyTasks tasks,
        IReadOnlyList<GraphFinding> findings,
        CancellationToken cancellationToken
    )
    {
        var kills = run.Plan.Steps.Where(static s => s.Kind == StepKind.Kill).ToList();
        var reports = await RunAsync(kills, cancellationToken).ConfigureAwait(false);
        var count = await tasks.CountAsync().ConfigureAwait(false);
        foreach (var (node, ran) in run.Killed.Where(static k => k.Value.Count > 0).OrderBy(static k => k.Key, StringComparer.Ordinal))
        {
            run.Journal.Warn($"{node} was killed.{UnfinishedTasks.Describe(ran)}");
        }

        // A broker that goes down before this could tell of no task any more.
        var stops = run.Plan.Steps.Where(static s => s.Kind != StepKind.Kill).Select(static s => s with { After = [] }).ToList();
        reports = [.. reports, .. await RunAsync(stops, cancellationToken).ConfigureAwait(false)];
        var failure = reports.FirstOrDefault(static r => r.Error is not null) ?? reports.FirstOrDefault(static r => !r.Succeeded);
        var left = await LeftAsync().ConfigureAwait(false);
        var result = GraphExecutor.Result(
            run,
            findings,
            reports,
            failure is null && left.Count == 0 ? RunOutcome.Done : RunOutcome.Failed
        ) with
        {
            Tasks = count,
            Left = left,
        };
        return result.Succeeded
            ? result
            : result with
            {
                Failure = failure?.ErrorMessage ?? (failure is null ? string.Join(' ', left) : $"{failure.Id}: {failure.Note}"),
                Error = failure is null ? OpsError.ServiceFailed : failure.Error ?? OpsError.Cancelled,
            };
    }

    private Task<IReadOnlyList<StepReport>> RunAsync(IReadOnlyList<PlanStep> steps, CancellationToken cancellationToken) =>
        new StepRunner(run, static _ => false).RunAsync(steps, cancellationToken);

    private async Task<IReadOnlyList<GraphFinding>> CheckAsync(IPreflightCheck check, CancellationToken cancellationToken)
    {
        var found = await check.CheckAsync(run.Plan, run.Services, cancellationToken).ConfigureAwait(false);
        return [.. found.Select(static f => f.Code == nameof(OpsError.AccessDenied) ? f : f with { Severity = FindingSeverity.Warning })];
    }

    private List<GraphFinding> Findings(IReadOnlyList<GraphFinding>?[] found)
    {
        List<GraphFinding> findings = [.. found.SelectMany(static f => f ?? []).OrderByDescending(static f => f.Severity)];
        foreach (var finding in findings)
        {
            run.Journal.Write(RunEventKind.Finding, finding.ToString());
        }

        return findings;
    }

    /// <summary>Another run may be what has to be stopped: it is named, and hinders nothing.</summary>
    private async Task<IHeldRunLock> AcquireAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await run
                .Ports.Lock.AcquireAsync(run.Plan.Graph, run.Journal.RunId, run.Plan.Operation, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OpsRestartException e)
        {
            run.Journal.Warn($"{e.Sentence} It may start services again: end it.");
            throw;
        }
    }

    /// <summary>Processes of datastores, whether they are stopped or not: whatever else they run in is not killed.</summary>
    private async Task LookAtDatastoresAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(
                run.Plan.Definition.Nodes.Where(static n => n.Role == Planning.NodePart.Datastore)
                    .Select(async node =>
                    {
                        var found = await TryAsync(t => ProcessesAsync(node, t), cancellationToken).ConfigureAwait(false);
                        run.Datastores[node.Name] = (found ?? []).Select(static p => p.Pid).ToHashSet();
                    })
            )
            .ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ServiceProcess>> ProcessesAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        var manager = await run.ManagerAsync(node, cancellationToken).ConfigureAwait(false);
        return await manager.GetProcessesAsync(node.Service, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> LeftAsync()
    {
        using var bounded = new CancellationTokenSource(Patience, run.Time);
        var now = await Task.WhenAll(
                run.Plan.Nodes.Select(run.Node)
                    .Select(async n =>
                        (Node: n, Now: await TryAsync(t => run.Services.LookAsync(n, t), bounded.Token).ConfigureAwait(false))
                    )
            )
            .ConfigureAwait(false);
        return
        [
            .. now.Where(static n => n.Now is null || Recorder.IsUp(n.Now.State))
                .Select(static n =>
                    n.Now is null
                        ? $"{n.Node.Name} ({n.Node.Service}): its state could not be read."
                        : $"{n.Node.Name} ({n.Node.Service}) is {n.Now.State.ToString().ToLowerInvariant()}."
                ),
        ];
    }

    /// <summary>What it gives, or null: nothing that is asked here may hinder the stop.</summary>
    private static async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ask(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
