using System.Collections;
using System.Management.Automation;
using OpsRestart.Completion;
using OpsRestart.Core.Abstractions;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

/// <summary>
/// Takes queue systems by their broker's URI, by a graph that names them, or as objects. The same cmdlet works on several; one that can't be had
/// is an error of its own.
/// </summary>
public abstract class QueueCommand : OpsCmdlet
{
    private protected const string ByBroker = "Broker";
    private protected const string ByGraph = "Graph";
    private protected const string ByObject = "InputObject";

    private readonly List<GraphQueue> queues = [];

    /// <summary>The brokers' URIs, such as <c>redis://localhost/0</c>; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByBroker)]
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

    /// <summary>Does it for one queue system; the connection is closed afterwards.</summary>
    private protected abstract Task WorkAsync(IWorkQueueSystem system, GraphQueue queue, Pump pump);

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        LeftSuspensions.Warn(this, Session);
    }

    protected override void ProcessRecord()
    {
        foreach (var graph in Graph)
        {
            AddOfGraph(this.ResolveGraphPath(graph));
        }

        queues.AddRange(InputObject);
        queues.AddRange(Broker.Select(broker => new GraphQueue
        {
            Name = SecretText.Redact(broker),
            System = System ?? "",
            Broker = KnownBrokers.Restore(broker),
            Settings = SettingMap.Of(Setting) ?? new Dictionary<string, object?>(),
        }));
    }

    protected override void EndProcessing()
    {
        foreach (var queue in queues.DistinctBy(static q => (q.System, q.Broker, q.Name)))
        {
            if (RunAndCatch(pump => OpenAndWorkAsync(queue, pump)) is { } failure)
            {
                WriteError(failure);
            }
        }
    }

    private void AddOfGraph(string graph)
    {
        try
        {
            queues.AddRange(Session.LoadGraph(graph).Queues);
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, graph));
        }
    }

    private async Task OpenAndWorkAsync(GraphQueue queue, Pump pump)
    {
        var known = queue.System.Length > 0 ? queue : await QueueSystemFinder.FindAsync(Session.Queues, queue, pump.Stopping).ConfigureAwait(false);
        var system = await Session.Queues.OpenAsync(known, pump.Stopping).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            KnownBrokers.Remember(system.Broker, known.Broker);
            await WorkAsync(system, known, pump).ConfigureAwait(false);
        }
    }
}
