using System.Management.Automation.Host;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Reports;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>
/// Runs an operation on graphs, one after the other. Emits the run when it has ended, well or badly; a bad end is a terminating error after
/// it, so that a script stops.
/// </summary>
public abstract class GraphRunCommand : GraphPlanCommand
{
    private RunDisplay? _display;

    /// <summary>Time limit of the run, not counting rollback. Default: none beyond the steps' own limits.</summary>
    [Parameter]
    [Duration]
    [Alias("TimeoutSec")]
    public TimeSpan? Timeout { get; set; }

    /// <summary>
    /// After a failure: Rollback (back to the recorded state), Stop, or Continue with what does not depend on it. Default: Rollback for a
    /// restart, Stop for a start or stop.
    /// </summary>
    [Parameter]
    public FailurePolicy? OnFailure { get; set; }

    /// <summary>Ignore preflight errors, and run hooks even if queues were not drained.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Do nothing, with a warning, while one of these files exists (a deploy's lock, say).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] SkipIf { get; set; } = [];

    /// <summary>Steps under way at the same time. Default 32.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int MaxParallel { get; set; } = new RunOptions().MaxParallel;

    private protected abstract GraphOperation Operation { get; }

    private protected virtual RunOptions RunOptions =>
        new()
        {
            OnFailure = OnFailure,
            Timeout = Timeout,
            Force = Force,
            MaxParallel = MaxParallel,
            SkipIf = [.. SkipIf.Select(this.ResolveFilePath)],
        };

    /// <summary>The rollback bounds itself; this is a little more.</summary>
    private protected override TimeSpan Grace => RunOptions.RollbackTimeout + TimeSpan.FromSeconds(20);

    /// <summary>Asked when -WhatIf and -Confirm let it pass.</summary>
    private protected virtual bool GoesOn(ServiceGraphPlan plan) => true;

    /// <summary>Runs hooks that are script blocks.</summary>
    private protected virtual ScriptHookRunner? ScriptHooks(Pump pump) => null;

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        WarnOfLeftSuspensions();
    }

    private protected override void Process(ServiceGraph graph)
    {
        var plan = Plan(graph, Operation);
        var text = PlanText(plan);
        if (!ShouldProcess(text, $"{text}{Environment.NewLine}Go on?", ShownText.Line($"{Operation} of {graph.Name}")) || !GoesOn(plan))
        {
            return;
        }

        ServiceGraphRun? run = null;
        _display = new RunDisplay(plan);
        var failure = RunAndCatch(async pump =>
        {
            _display.Attach(pump);
            await using var bar = pump.Progress.Watch($"{Operation} of {graph.Name}", _display.Describe).ConfigureAwait(false);
            run = await Session.RunAsync(plan, RunOptions, ScriptHooks(pump), _display.Show, pump.Stopping).ConfigureAwait(false);
            _display.Ended(run);
        });
        if (failure is not null)
        {
            ThrowTerminatingError(failure);
        }

        WriteObject(run);
        if (run!.Tasks?.UnacknowledgedTasks is { Count: > 0 })
        {
            WriteWarning("Get-WorkerTask -State Orphan lists what is unacknowledged, and Restore-WorkerTask gives it out again.");
        }

        if (run.Outcome == RunOutcome.Skipped)
        {
            WriteWarning(RunTable.Headline(run) + ".");
        }
        else if (!run.Succeeded)
        {
            ThrowTerminatingError(Failed(run));
        }
    }

    private protected override void OnInterrupted() => HostNotice.Write(this, _display?.Interrupted() ?? "");

    private protected override void OnAbandoned() => HostNotice.Write(this, _display?.Abandoned() ?? "");

    /// <summary>The plan as the plain text that -WhatIf and -Confirm show.</summary>
    private string PlanText(ServiceGraphPlan plan)
    {
        var page = new TextPage(Width());
        page.Text(PlanTable.Headline(plan).Replace("; nothing was changed", "", StringComparison.Ordinal));
        page.Table(PlanTable.Of(plan, cutsLast: false), 1);
        page.List("Left alone:", PlanTable.LeftAlone(plan), Paint.None);
        return page.ToString();
    }

    private int Width()
    {
        try
        {
            return !Console.IsOutputRedirected && Host.UI?.RawUI is { BufferSize.Width: > 40 and var width } ? width : int.MaxValue;
        }
        catch (Exception e) when (e is HostException or NotImplementedException or IOException)
        {
            // A host without a screen has no width.
            return int.MaxValue;
        }
    }

    private static ErrorRecord Failed(ServiceGraphRun run)
    {
        var left =
            run.Left.Count == 0
                ? ""
                : string.Concat(run.Left.Select(static l => $"{Environment.NewLine}  {l}").Prepend($"{Environment.NewLine}Not restored:"));
        return ErrorRecords.Create(run.Error ?? OpsError.Unexpected, $"{RunTable.Headline(run)}. {run.Failure}{left}", run);
    }
}
