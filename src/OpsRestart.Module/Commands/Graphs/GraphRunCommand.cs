using System.Management.Automation;
using OpsRestart.Core.Execution;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>
/// Runs an operation on graphs, one after the other. Emits the run when it has ended, well or badly; a bad end is a terminating error after it,
/// so that a script stops.
/// </summary>
public abstract class GraphRunCommand : GraphPlanCommand
{
    private RunDisplay? display;

    /// <summary>Time limit of the run, not counting rollback. Default: none beyond the steps' own limits.</summary>
    [Parameter]
    [Duration]
    [Alias("Timeout")]
    public TimeSpan? TimeoutSec { get; set; }

    /// <summary>After a failure: Rollback (back to the recorded state), Stop, or Continue with what does not depend on it. Default: Rollback for a restart, Stop for a start or stop.</summary>
    [Parameter]
    [ValidateSet(nameof(FailurePolicy.Rollback), nameof(FailurePolicy.Stop), nameof(FailurePolicy.Continue))]
    public string? OnFailure { get; set; }

    /// <summary>Ignore preflight errors, and run hooks even if queues were not drained.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Steps under way at the same time. Default 32.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int MaxParallel { get; set; } = new RunOptions().MaxParallel;

    private protected abstract GraphOperation Operation { get; }

    private protected virtual RunOptions RunOptions => new()
    {
        OnFailure = OnFailure is null ? null : Enum.Parse<FailurePolicy>(OnFailure, ignoreCase: true),
        Deadline = TimeoutSec,
        Force = Force,
        MaxParallel = MaxParallel,
    };

    /// <summary>The rollback bounds itself; this is a little more.</summary>
    private protected override TimeSpan Grace => RunOptions.CleanUpTime + TimeSpan.FromSeconds(20);

    /// <summary>Runs hooks that are script blocks.</summary>
    private protected virtual ScriptHookRunner? ScriptHooks(Pump pump) => null;

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        LeftSuspensions.Warn(this, Session);
    }

    private protected override void Process(ServiceGraph graph)
    {
        var plan = Session.Plan(graph, Operation, PlanOptions);
        var text = PlanText.Of(plan, Host);
        if (!ShouldProcess(text, $"{text}{Environment.NewLine}Go on?", ShownText.Line($"{Operation} of {graph.Name}")))
        {
            return;
        }

        ServiceGraphRun? run = null;
        display = new RunDisplay(plan);
        var failure = RunAndCatch(async pump =>
        {
            display.Attach(pump);
            await using var bar = pump.Progress.Watch($"{Operation} of {graph.Name}", display.Describe).ConfigureAwait(false);
            run = await Session.RunAsync(plan, RunOptions, ScriptHooks(pump), display.Show, pump.Stopping).ConfigureAwait(false);
            display.Ended(run);
        });
        if (failure is not null)
        {
            ThrowTerminatingError(failure);
        }

        WriteObject(run);
        if (!run!.Succeeded)
        {
            ThrowTerminatingError(Failed(run));
        }
    }

    private protected override void OnInterrupted() => HostNotice.Write(this, display?.Interrupted() ?? "");

    private protected override void OnAbandoned() => HostNotice.Write(this, display?.Abandoned() ?? "");

    private static ErrorRecord Failed(ServiceGraphRun run)
    {
        var left = run.Left.Count == 0 ? "" : $"{Environment.NewLine}Not restored:{Environment.NewLine}{string.Join(Environment.NewLine, run.Left.Select(static l => "  " + l))}";
        return ErrorRecords.Create(run.Error ?? OpsError.Unexpected, $"{RunTable.Headline(run)}. {run.Failure}{left}", run);
    }
}
