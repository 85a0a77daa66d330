using System.Collections.Concurrent;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Carries out steps, each the moment that all it comes after have succeeded, at most so many at a time. A step that fails keeps back only
/// what comes after it; the other branches finish.
/// </summary>
internal sealed class StepRunner(RunState run, Func<StepReport, bool> holdsBack)
{
    private static readonly Dictionary<StepKind, IStepAction> Actions = new()
    {
        [StepKind.SuspendQueue] = new SuspendAction(),
        [StepKind.DrainQueue] = new DrainAction(),
        [StepKind.Signal] = new SignalAction(),
        [StepKind.Kill] = new EmergencyAction(),
        [StepKind.Stop] = new StopAction(),
        [StepKind.Hook] = new HookAction(),
        [StepKind.Start] = new StartAction(),
        [StepKind.Restart] = new StartAction(),
        [StepKind.WaitReady] = new WaitReadyAction(),
        [StepKind.WaitConsuming] = new ConsumeAction(),
        [StepKind.Settle] = new SettleAction(),
        [StepKind.ResumeQueue] = new ResumeAction(),
        [StepKind.Validate] = new ValidateAction(),
        [StepKind.Barrier] = new BarrierAction(),
    };

    private readonly ConcurrentDictionary<string, StepReport> _reports = new(StringComparer.Ordinal);

    /// <summary>Never throws for a step that fails or is cancelled: its report says so. Reports come in the order of the steps.</summary>
    public async Task<IReadOnlyList<StepReport>> RunAsync(IReadOnlyList<PlanStep> steps, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(Math.Max(1, run.Options.MaxParallel));
        var tasks = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            // Steps are in an order in which they could run one by one, so what a step comes after is already there.
            var before = Task.WhenAll(step.After.Select(id => tasks[id]));
            tasks[step.Id] = RunOneAsync(step, before, places, cancellationToken);
        }

        await Task.WhenAll(tasks.Values).ConfigureAwait(false);
        return [.. steps.Select(s => _reports[s.Id])];
    }

    private async Task RunOneAsync(PlanStep step, Task before, SemaphoreSlim places, CancellationToken cancellationToken)
    {
        await before.ConfigureAwait(false);
        var blocker = step.After.Select(id => _reports[id]).FirstOrDefault(r => !r.Succeeded && holdsBack(r));
        if (blocker is not null)
        {
            Report(step, new StepOutcome(StepStatus.Skipped, $"{Root(blocker)} did not succeed"), run.Journal.Elapsed, TimeSpan.Zero);
            return;
        }

        // A rollback that is cut off must still report every step; waiting for a place with a cancelled token would throw.
        await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await CarryOutAsync(step, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task CarryOutAsync(PlanStep step, CancellationToken cancellationToken)
    {
        var start = run.Journal.Elapsed;
        if (cancellationToken.IsCancellationRequested)
        {
            Report(step, new StepOutcome(StepStatus.Cancelled, "not begun"), start, TimeSpan.Zero);
            return;
        }

        run.Journal.Write(RunEventKind.StepStarted, step.Description, step, StepStatus.Running, isRollback: run.IsRollback);
        var outcome = await OutcomeAsync(step, cancellationToken).ConfigureAwait(false);
        Report(step, outcome, start, run.Journal.Elapsed - start);
    }

    private async Task<StepOutcome> OutcomeAsync(PlanStep step, CancellationToken cancellationToken)
    {
        try
        {
            var kind = run.Plan.IsEmergency ? StepKind.Kill : step.Kind;
            return await Actions[kind].RunAsync(step, run, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new StepOutcome(StepStatus.Cancelled);
        }
        catch (OpsRestartException e)
        {
            return StepOutcome.From(e);
        }
#pragma warning disable CA1031 // A defect in one step must not take the rollback with it: the others finish, the rollback runs, and the defect is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return StepOutcome.Failed(OpsError.Unexpected, $"{step.Id}: {e.GetType().Name}: {SecretText.Redact(e.Message)}");
        }
    }

    private void Report(PlanStep step, StepOutcome outcome, TimeSpan start, TimeSpan took)
    {
        _reports[step.Id] = new StepReport
        {
            Id = step.Id,
            Kind = step.Kind,
            Target = step.Target,
            Service = step.Service,
            Status = outcome.Status,
            Start = start,
            Took = took,
            Note = outcome.Note,
            Error = outcome.Error,
            ErrorMessage = outcome.Message,
            IsRollback = run.IsRollback,
        };
        run.Journal.Write(RunEventKind.StepFinished, outcome.Message ?? outcome.Note, step, outcome.Status, isRollback: run.IsRollback);
    }

    /// <summary>A step that was skipped itself is not the reason; what it was skipped for is.</summary>
    private string Root(StepReport report)
    {
        var at = report;
        while (at.Status == StepStatus.Skipped)
        {
            var step = run.Plan.Steps.FirstOrDefault(s => s.Id == at.Id);
            var next = step?.After.Select(id => _reports[id]).FirstOrDefault(static r => !r.Succeeded);
            if (next is null)
            {
                break;
            }

            at = next;
        }

        return at.Id;
    }
}
