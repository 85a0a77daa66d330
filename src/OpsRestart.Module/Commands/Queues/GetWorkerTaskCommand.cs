using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "WorkerTask", DefaultParameterSetName = ByBroker)]
[OutputType(typeof(WorkerTask))]
public sealed class GetWorkerTaskCommand : QueueCommand
{
    /// <summary>Only of these queues.</summary>
    [Parameter(Position = 1)]
    [Parameter(Position = 1, ParameterSetName = ByBroker, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Name")]
    public string[] Queue { get; set; } = [];

    /// <summary>
    /// Only in these states. Default: Active, Reserved and Scheduled; name Ready to see what waits, Orphan for what no worker has.
    /// </summary>
    [Parameter]
    public WorkerTaskState[] State { get; set; } = [];

    /// <summary>Only what has been running (or waiting) longer than this.</summary>
    [Parameter]
    [Duration(IsWait = false)]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>At most this many waiting tasks of each queue. Default 100.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Limit { get; set; } = 100;

    private protected override IReadOnlyList<string> Names => Queue;

    private protected override async Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump)
    {
        foreach (var task in await FindAsync(system, order, pump.Stopping).ConfigureAwait(false))
        {
            if (OlderThan is not { } age || task.Age > age)
            {
                await pump.OutputAsync(task).ConfigureAwait(false);
            }
        }
    }

    private async Task<IEnumerable<WorkerTask>> FindAsync(IWorkQueueSystem system, QueueOrder order, CancellationToken cancellationToken)
    {
        var orphans = State.Contains(WorkerTaskState.Orphan) ? await system.FindOrphansAsync(cancellationToken).ConfigureAwait(false) : [];
        var others = State.Where(static s => s != WorkerTaskState.Orphan).ToList();
        if (State.Length > 0 && others.Count == 0)
        {
            return orphans;
        }

        var query = new WorkerTaskQuery
        {
            Queues = order.Queues,
            States = others,
            WaitingLimit = Limit,
        };
        return (await system.GetTasksAsync(query, cancellationToken).ConfigureAwait(false)).Concat(orphans);
    }
}
