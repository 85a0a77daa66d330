using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(
    VerbsLifecycle.Stop,
    "WorkerTask",
    DefaultParameterSetName = ByBroker,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High
)]
[OutputType(typeof(void))]
public sealed class StopWorkerTaskCommand : QueueCommand
{
    /// <summary>The tasks' ids; tasks from Get-WorkerTask bring theirs.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public string[] Id { get; set; } = [];

    /// <summary>Also end tasks that are already running. Otherwise only waiting tasks are revoked.</summary>
    [Parameter]
    public SwitchParameter Terminate { get; set; }

    /// <summary>With -Terminate: the signal for the task's process. Default: SIGTERM.</summary>
    [Parameter]
    [ValidateSet("SIGTERM", "SIGKILL", "SIGINT", "SIGQUIT", "SIGUSR1")]
    public string? Signal { get; set; }

    private protected override IReadOnlyList<string> Names => Id;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        foreach (var id in order.Names)
        {
            if (
                !await pump.ShouldProcessAsync($"{id} at {system.Broker}", Terminate ? "End the task" : "Take the task back")
                    .ConfigureAwait(false)
            )
            {
                continue;
            }

            var result = await system.StopTaskAsync(id, Terminate, Signal, pump.Stopping).ConfigureAwait(false);
            if (result.Stopped)
            {
                pump.Verbose($"{id}: {result.Detail}");
            }
            else if (result.IsRunning)
            {
                pump.Error(
                    ErrorRecords.Create(
                        OpsError.InvalidArgument,
                        $"Task {id} was not stopped: {result.Detail}.",
                        id,
                        "End it with -Terminate, or wait for it with Wait-QueueDrain."
                    )
                );
            }
            else
            {
                pump.Error(
                    ErrorRecords.Create(
                        OpsError.TaskNotFound,
                        $"Task {id} was not stopped: {result.Detail}.",
                        id,
                        "Get-WorkerTask lists what there is."
                    )
                );
            }
        }
    }
}
