using System.Collections;
using OpsRestart.Completion;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>
/// Takes queue systems by their broker's URI, by a graph that names them, or as objects. Each record of the pipeline keeps its own broker,
/// system and names. A queue system that can't be reached is reported as its own error.
/// </summary>
public abstract class QueueCommand : OpsCmdlet
{
    private protected const string ByBroker = "Broker";
    private protected const string ByGraph = "Graph";
    private protected const string ByObject = "InputObject";

    private readonly List<QueueOrder> _orders = [];

    /// <summary>The brokers' URIs, such as <c>redis://localhost/0</c>; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>.</summary>
    [Parameter(
        Mandatory = true,
        Position = 0,
        ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = ByBroker
    )]
    public string[] Broker { get; set; } = [];

    /// <summary>celery, rq or rabbitmq. Default: what is found at the broker.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = ByBroker)]
    [ValidateSet("celery", "rq", "rabbitmq")]
    public string? System { get; set; }

    /// <summary>Settings of the system as in a graph: keyPrefix, contentType, controlExchange, management …</summary>
    [Parameter(ParameterSetName = ByBroker)]
    public IDictionary? Setting { get; set; }

    /// <summary>All queue systems of these graphs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGraph)]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public string[] Graph { get; set; } = [];

    /// <summary>Queue systems of a graph: <c>(Get-ServiceGraph nautobot).Queues</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public GraphQueue[] InputObject { get; set; } = [];

    /// <summary>The queues or tasks that the present record of the pipeline names; none: all.</summary>
    private protected virtual IReadOnlyList<string> Names => [];

    /// <summary>Does it for one queue system; the connection is closed afterwards.</summary>
    private protected abstract Task WorkAsync(IWorkQueueSystem system, QueueOrder order, Pump pump);

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        WarnOfLeftSuspensions();
    }

    protected override void ProcessRecord()
    {
        var queues = Graph
            .SelectMany(QueuesOf)
            .Concat(InputObject)
            .Concat(
                Broker.Select(broker => new GraphQueue
                {
                    Name = SecretText.RedactAddress(broker),
                    System = System ?? "",
                    Broker = Session.Brokers.Restore(broker),
                    Settings = SettingMap.Of(Setting) ?? new Dictionary<string, object?>(),
                })
            );
        _orders.AddRange(queues.Select(queue => new QueueOrder(queue, Names)));
    }

    protected override void EndProcessing()
    {
        foreach (var order in QueueOrder.Merge(_orders))
        {
            if (RunAndCatch(pump => OpenAndWorkAsync(order, pump)) is { } failure)
            {
                WriteError(failure);
            }
        }
    }

    private IReadOnlyList<GraphQueue> QueuesOf(string graph)
    {
        try
        {
            return Session.LoadGraph(this.ResolveGraphPath(graph)).Queues;
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, graph));
            return [];
        }
    }

    private async Task OpenAndWorkAsync(QueueOrder order, Pump pump)
    {
        var known =
            order.Queue.System.Length > 0
                ? order.Queue
                : await QueueSystemFinder.FindAsync(Session.Queues, order.Queue, pump.Stopping).ConfigureAwait(false);
        var system = await Session.Queues.OpenAsync(known, pump.Stopping).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            Session.Brokers.Remember(system.Broker, known.Broker);
            await WorkAsync(system, order with { Queue = known }, pump).ConfigureAwait(false);
        }
    }
}
