using System.Management.Automation;
using OpsRestart.Core.Abstractions;
using OpsRestart.Errors;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsLifecycle.Stop, "WorkerTask", DefaultParameterSetName = ByBroker, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class StopWorkerTaskCommand : QueueCommand
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>The tasks' ids; tasks from Get-WorkerTask bring theirs.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    public string[] Id { get; set; } = [];

    /// <summary>End tasks too that run already. Without it only those are taken back that have not begun.</summary>
    [Parameter]
    public SwitchParameter Terminate { get; set; }

    /// <summary>With -Terminate: the signal for the task's process. Default: SIGTERM.</summary>
    [Parameter]
    [ValidateSet("SIGTERM", "SIGKILL", "SIGINT", "SIGQUIT", "SIGUSR1")]
    public string? Signal { get; set; }

    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        ids.UnionWith(Id);
    }

    private protected override async Task WorkAsync(IWorkQueueSystem system, GraphQueue queue, Pump pump)
    {
        foreach (var id in ids)
        {
            if (!await pump.OnPipelineAsync(c => c.ShouldProcess($"{id} at {system.Broker}", Terminate ? "End the task" : "Take the task back")).ConfigureAwait(false))
            {
                continue;
            }

            var result = await system.StopTaskAsync(id, Terminate, Signal, pump.Stopping).ConfigureAwait(false);
            if (result.Stopped)
            {
                pump.Verbose($"{id}: {result.Detail}");
            }
            else
            {
                pump.Error(ErrorRecords.Create(OpsError.TaskNotFound, $"Task {id} was not stopped: {result.Detail}", id, "Get-WorkerTask lists what there is."));
            }
        }
    }
}
