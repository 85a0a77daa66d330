using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(
    VerbsLifecycle.Restart,
    "ServiceGraph",
    DefaultParameterSetName = ByName,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium
)]
[OutputType(typeof(ServiceGraphRun))]
public sealed class RestartServiceGraphCommand : GraphStopCommand
{
    /// <summary>Also start nodes that were not running before.</summary>
    [Parameter]
    public SwitchParameter StartStopped { get; set; }

    /// <summary>
    /// One batch of instances after the other, idle workers first, so that work never stops; each is ready, stays up and consumes again
    /// before the next. Datastores are left alone.
    /// </summary>
    [Parameter]
    public SwitchParameter Rolling { get; set; }

    /// <summary>With -Rolling: instances of one kind at a time. Default 1.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int BatchSize { get; set; } = 1;

    /// <summary>
    /// Runs between stop and start, when the datastores are ready again. Fails by a terminating error, or by the exit code of its last
    /// command.
    /// </summary>
    [Parameter]
    public ScriptBlock? Migration { get; set; }

    /// <summary>How long -Migration may take. Default 10 minutes.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MigrationTimeout { get; set; } = TimeSpan.FromMinutes(10);

    private protected override GraphOperation Operation => GraphOperation.Restart;

    private protected override PlanOptions PlanOptions =>
        Migration is null
            ? Rolled
            : Rolled with
            {
                Hook = new GraphHook { Name = "migration", Timeout = MigrationTimeout },
            };

    private PlanOptions Rolled => base.PlanOptions with { Rolling = Rolling, BatchSize = BatchSize };

    private protected override RunOptions RunOptions => base.RunOptions with { StartStopped = StartStopped };

    private protected override ScriptHookRunner? ScriptHooks(Pump pump) => Migration is null ? null : new ScriptHookRunner(pump, Migration);
}
