using System.Globalization;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Runs;

namespace OpsRestart.Core.Execution;

/// <summary>Executes a plan: lock, record, preflight, steps, and on failure the rollback. The outcome is always a value.</summary>
internal sealed class GraphExecutor(RunPorts ports)
{
    /// <summary>For the last look at what is as it was: a manager that hangs must not hold up the result.</summary>
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs the plan to its end. A cancelled token makes it roll back, bounded by <see cref="RunOptions.RollbackTimeout"/>,
    /// and report that.
    /// </summary>
    public async Task<ServiceGraphRun> RunAsync(
        ServiceGraphPlan plan,
        RunOptions options,
        Action<RunEvent> sink,
        CancellationToken cancellationToken
    )
    {
        var journal = new RunJournal(NewId(), ports.Time, sink);
        journal.Expect(plan.Steps);
        var parallel = plan.IsEmergency ? Math.Max(options.MaxParallel, plan.Steps.Count) : options.MaxParallel;
        var run = new RunState(plan, options with { MaxParallel = parallel }, ports, journal);
        journal.Write(RunEventKind.RunStarted, $"{plan.Operation} of {plan.Graph}: {plan.Steps.Count} steps");
        var result =
            ports.SkipReason(options.SkipIf) is { } reason ? Result(run, [], [], RunOutcome.Skipped) with { Failure = reason }
            : plan.IsEmergency ? await new EmergencyStop(run).RunAsync(cancellationToken).ConfigureAwait(false)
            : await GuardedAsync(run, cancellationToken).ConfigureAwait(false);
        journal.Write(RunEventKind.RunFinished, Summary(result));
        return result;
    }

    private static async Task<ServiceGraphRun> GuardedAsync(RunState run, CancellationToken cancellationToken)
    {
        IHeldRunLock held;
        try
        {
            held = await run
                .Ports.Lock.AcquireAsync(run.Plan.Graph, run.Journal.RunId, run.Plan.Operation, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OpsRestartException e)
        {
            return Refused(run, [], e.Error, e.Sentence);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CancelledBefore(run);
        }

        await using (held.ConfigureAwait(false))
        {
            return await LockedAsync(run, held, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ServiceGraphRun> LockedAsync(RunState run, IHeldRunLock held, CancellationToken cancellationToken)
    {
        IReadOnlyList<GraphFinding> findings;
        try
        {
            // Both look at the same services, each of which is read once.
            var recording = Recorder.RecordAsync(run, cancellationToken);
            try
            {
                findings = await Preflight.CheckAsync(run.Plan, run.Ports, run.Services, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await ((Task)recording).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            foreach (var finding in findings)
            {
                run.Journal.Write(RunEventKind.Finding, finding.ToString());
            }

            if (findings.Any(static f => f.Severity == FindingSeverity.Error) && !run.Options.Force)
            {
                var errors = findings.Where(static f => f.Severity == FindingSeverity.Error).ToList();
                return Refused(run, findings, OpsError.PreflightFailed, string.Join(" ", errors.Select(static f => f.Sentence)));
            }

            run.Prior = await recording.ConfigureAwait(false);
            await held.RememberAsync([.. run.Prior.Where(static p => p.Value.WasRunning).Select(static p => p.Key)], cancellationToken)
                .ConfigureAwait(false);
            WarnOfStopped(run, held.Before);
        }
        catch (OpsRestartException e)
        {
            return Refused(run, [], e.Error, e.Sentence);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CancelledBefore(run);
        }

        return await AlwaysHooks
            .RunAsync(run, await RunStepsAsync(run, findings, cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    /// <summary>
    /// A restart brings back what ran. After a run that was killed that is less, or nothing, and "done" alone would read as if all were up.
    /// </summary>
    private static void WarnOfStopped(RunState run, KilledRun? before)
    {
        if (run.Plan.Operation != GraphOperation.Restart || run.Options.StartStopped)
        {
            return;
        }

        var left = before?.Running.Where(n => run.Prior.TryGetValue(n, out var prior) && !prior.WasRunning).ToList() ?? [];
        if (left.Count > 0)
        {
            run.Journal.Warn(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The {before!.Operation.ToLowerInvariant()} of {before.Since:yyyy-MM-dd HH:mm:ss} UTC (run {before.RunId}) was "
                        + $"killed. {string.Join(", ", left)} ran before it and {(left.Count == 1 ? "is" : "are")} stopped now, so this "
                        + $"restart leaves {(left.Count == 1 ? "it" : "them")} stopped. Start the graph to bring everything up."
                )
            );
        }
        else if (run.Prior.Count > 0 && run.Prior.Values.All(static p => !p.WasRunning))
        {
            run.Journal.Warn($"No service of {run.Plan.Graph} was running, so none is restarted. Start the graph to bring them up.");
        }
    }

    private static async Task<ServiceGraphRun> RunStepsAsync(
        RunState run,
        IReadOnlyList<GraphFinding> findings,
        CancellationToken cancellationToken
    )
    {
        using var deadline = run.Options.Timeout is { } limit
            ? new CancellationTokenSource(limit, run.Time)
            : new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var announced = 0;
        using var told = linked.Token.Register(Announce);
        var policy = run.Options.OnFailure ?? (run.Plan.Operation == GraphOperation.Restart ? FailurePolicy.Rollback : FailurePolicy.Stop);
        var reports = await new StepRunner(run, r => policy != FailurePolicy.Continue || !IsOfAStart(r))
            .RunAsync([.. run.Plan.Steps.Where(s => !AlwaysHooks.IsOne(s, run))], linked.Token)
            .ConfigureAwait(false);
        if (linked.IsCancellationRequested)
        {
            // The steps may have ended before the registration above had its turn.
            Announce();
        }

        var failure = reports.FirstOrDefault(static r => r.Error is not null) ?? reports.FirstOrDefault(static r => !r.Succeeded);
        if (failure is null)
        {
            var held = await LeaseRelease.AllAsync(run).ConfigureAwait(false);
            failure = await LastLookAsync(run, reports).ConfigureAwait(false);
            if (failure is null)
            {
                if (linked.IsCancellationRequested)
                {
                    run.Journal.Warn("That came too late: every step had succeeded, and nothing is rolled back.");
                }

                return Result(run, findings, reports, RunOutcome.Done) with
                {
                    Left = held,
                };
            }

            reports = [.. reports.Where(r => r.Id != failure.Id), failure];
        }

        var drainFailed = failure.Kind is StepKind.DrainQueue or StepKind.SuspendQueue && failure.Error is not null;
        var outcome =
            cancellationToken.IsCancellationRequested ? RunOutcome.Cancelled
            : deadline.IsCancellationRequested ? RunOutcome.TimedOut
            : drainFailed ? RunOutcome.DrainAborted
            : RunOutcome.RolledBack;
        var (message, error) = Explain(failure, outcome, run);
        RollOrder.WarnOfUntouched(run);
        if (policy != FailurePolicy.Rollback && !drainFailed && outcome == RunOutcome.RolledBack)
        {
            var held = await LeaseRelease.AllAsync(run).ConfigureAwait(false);
            var open = await TryDifferencesAsync(run).ConfigureAwait(false);
            return Result(run, findings, reports, RunOutcome.Failed) with { Failure = message, Error = error, Left = [.. open, .. held] };
        }

        return await RollBackAsync(run, findings, reports, outcome, message, error).ConfigureAwait(false);

        void Announce()
        {
            if (Interlocked.Exchange(ref announced, 1) == 0)
            {
                run.Journal.Warn(
                    cancellationToken.IsCancellationRequested
                        ? "Cancelled: rolling back."
                        : $"The run's time limit of {Duration.Format(run.Options.Timeout ?? default)} has passed: rolling back."
                );
            }
        }
    }

    /// <summary>
    /// The last thing before "done": each service is still what the plan made it. Also without a validation, and after one: the queues are
    /// resumed in between. What is found belongs to the validation's step.
    /// </summary>
    private static async Task<StepReport?> LastLookAsync(RunState run, IReadOnlyList<StepReport> reports)
    {
        var start = run.Journal.Elapsed;
        var (dead, error) = await TryTroublesAsync(run).ConfigureAwait(false);
        if (dead.Count == 0)
        {
            return null;
        }

        var validate =
            reports.FirstOrDefault(static r => r.Kind == StepKind.Validate)
            ?? new StepReport
            {
                Id = StepId.Validate,
                Kind = StepKind.Validate,
                Target = "",
                Start = start,
            };
        return validate with
        {
            Status = StepStatus.Failed,
            Took = run.Journal.Elapsed - validate.Start,
            Error = error,
            ErrorMessage = string.Join('\n', dead),
        };
    }

    private static async Task<(IReadOnlyList<string> Dead, OpsError Error)> TryTroublesAsync(RunState run)
    {
        using var bounded = new CancellationTokenSource(LookTime, run.Time);
        try
        {
            return (await PlannedState.TroublesAsync(run, bounded.Token).ConfigureAwait(false), OpsError.ServiceFailed);
        }
#pragma warning disable CA1031 // What can't be looked at is not done.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (
                [$"Whether the services still run could not be read: {SecretText.Redact(e.Message)}"],
                e is OpsRestartException known ? known.Error : OpsError.Unexpected
            );
        }
    }

    private static async Task<ServiceGraphRun> RollBackAsync(
        RunState run,
        IReadOnlyList<GraphFinding> findings,
        IReadOnlyList<StepReport> reports,
        RunOutcome outcome,
        string message,
        OpsError error
    )
    {
        run.IsRollback = true;
        var (back, trouble) = await BackToPriorStateAsync(run).ConfigureAwait(false);
        var held = await LeaseRelease.AllAsync(run).ConfigureAwait(false);
        var open = await TryDifferencesAsync(run).ConfigureAwait(false);

        // What went wrong in the rollback matters only when it left something behind; what that is has to be told in any case.
        IReadOnlyList<string> left = [.. open.Count > 0 && trouble is not null ? [trouble] : Array.Empty<string>(), .. open, .. held];
        var result = Result(run, findings, [.. reports, .. back], left.Count == 0 ? outcome : RunOutcome.KnownBadState) with
        {
            Failure = message,
            Error = error,
            Left = left,
        };
        return left.Count == 0 ? result : result with { Error = OpsError.KnownBadState };
    }

    private static async Task<(IReadOnlyList<StepReport> Steps, string? Trouble)> BackToPriorStateAsync(RunState run)
    {
        // The caller's token is of no use any more: it may be the reason why we are here.
        using var bounded = new CancellationTokenSource(run.Options.RollbackTimeout, run.Time);
        var late = $"the rollback did not end within {Duration.Format(run.Options.RollbackTimeout)}";
        try
        {
            await LeaseRelease.UntouchedAsync(run, bounded.Token).ConfigureAwait(false);
            var steps = await Rollback.PlanAsync(run, bounded.Token).ConfigureAwait(false);
            run.Journal.Write(
                RunEventKind.RollbackStarted,
                steps.Count == 0
                    ? "Rollback: nothing to do"
                    : $"Rollback: {string.Join(", ", steps.Select(static s => s.Target).Distinct())}",
                isRollback: true
            );
            var back = await new StepRunner(run, static _ => false).RunAsync(steps, bounded.Token).ConfigureAwait(false);
            await PlannedState.StayUpAsync(run, bounded.Token).ConfigureAwait(false);
            return (back, bounded.IsCancellationRequested ? late : null);
        }
#pragma warning disable CA1031 // Whatever goes wrong here, the queues are still to be resumed and the state is still to be told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ([], e is OperationCanceledException ? late : $"the rollback could not be finished: {SecretText.Redact(e.Message)}");
        }
    }

    private static async Task<IReadOnlyList<string>> TryDifferencesAsync(RunState run)
    {
        using var bounded = new CancellationTokenSource(LookTime, run.Time);
        try
        {
            return await Rollback.DifferencesAsync(run, bounded.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A state that can't be read is something that is left, not the end of the report.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return [$"the state could not be read: {SecretText.Redact(e.Message)}"];
        }
    }

    private static bool IsOfAStart(StepReport report) =>
        report
            is {
                Kind: StepKind.Start or StepKind.Restart or StepKind.WaitReady or StepKind.Settle,
                Status: not (StepStatus.Cancelled or StepStatus.Skipped)
            };

    private static (string Message, OpsError Error) Explain(StepReport failure, RunOutcome outcome, RunState run) =>
        outcome switch
        {
            RunOutcome.Cancelled => ("Cancelled.", OpsError.Cancelled),
            RunOutcome.TimedOut => (
                $"Not done within {Duration.Format(run.Options.Timeout ?? default)}, the run's time limit (it was at {failure.Id}).",
                OpsError.RunTimeout
            ),
            RunOutcome.DrainAborted => (
                failure.ErrorMessage ?? failure.Note,
                failure.Error == OpsError.DrainTimeout ? OpsError.DrainAborted : failure.Error ?? OpsError.DrainAborted
            ),
            _ => (failure.ErrorMessage ?? $"{failure.Id}: {failure.Note}", failure.Error ?? OpsError.Unexpected),
        };

    internal static ServiceGraphRun CancelledBefore(RunState run) =>
        Result(run, [], [], RunOutcome.Cancelled) with
        {
            Failure = "Cancelled before anything was changed.",
            Error = OpsError.Cancelled,
        };

    internal static ServiceGraphRun Refused(RunState run, IReadOnlyList<GraphFinding> findings, OpsError error, string message) =>
        Result(run, findings, [], RunOutcome.Refused) with
        {
            Failure = message,
            Error = error,
        };

    internal static ServiceGraphRun Result(
        RunState run,
        IReadOnlyList<GraphFinding> findings,
        IReadOnlyList<StepReport> reports,
        RunOutcome outcome
    )
    {
        var (length, path) = CriticalPath.Of(run.Plan.Steps, reports);
        return new ServiceGraphRun
        {
            Id = run.Journal.RunId,
            Graph = run.Plan.Graph,
            Operation = run.Plan.Operation,
            IsEmergency = run.Plan.IsEmergency,
            Outcome = outcome,
            StartedAt = run.StartedAt,
            EndedAt = run.Time.GetUtcNow().UtcDateTime,
            Duration = run.Journal.Elapsed,
            CriticalPath = length,
            CriticalSteps = path,
            Steps = reports,
            Findings = findings,
            UndrainedQueues = [.. run.UndrainedQueues()],
            Tasks = TaskCount.Of(run),
            Drains = [.. run.Drains.Values.OrderBy(static d => d.At)],
            Warnings = run.Journal.Warnings,
        };
    }

    private static string Summary(ServiceGraphRun result) =>
        $"{result.Operation} of {result.Graph}: {result.Outcome}" + (result.Failure is null ? "" : $". {result.Failure}");

    private string NewId() =>
        ports.Time.GetUtcNow().ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N")[..6];
}
