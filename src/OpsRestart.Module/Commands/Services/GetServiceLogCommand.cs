using System.Management.Automation;
using OpsRestart.Completion;
using OpsRestart.Core.Abstractions;
using OpsRestart.Core.Graph;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ServiceLog", DefaultParameterSetName = ByName)]
[OutputType(typeof(ServiceLogEntry))]
public sealed class GetServiceLogCommand : ServiceCommand
{
    private const string ByName = "Name";
    private const string ByGraph = "Graph";

    /// <summary>With -Follow, and without -Tail and -Since: how many old lines come first, as in journalctl.</summary>
    private const int FollowTail = 10;

    private readonly List<(ServiceTarget Target, string Name)> wanted = [];

    /// <summary>Services, with wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByName)]
    [ServiceName]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>All services of a graph.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGraph)]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public string? Graph { get; set; }

    /// <summary>Only lines from then on: a date and time, or a duration for that long ago (10m).</summary>
    [Parameter]
    [PointInTime]
    public DateTime? Since { get; set; }

    /// <summary>Only lines this urgent or more. Default: all.</summary>
    [Parameter]
    public ServiceLogPriority Priority { get; set; } = ServiceLogPriority.Debug;

    /// <summary>Only the last lines. Default: all, and 10 with -Follow.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Go on with new lines, until Ctrl-C or until the pipeline has enough.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            wanted.Add((Target, name));
        }
    }

    protected override void EndProcessing()
    {
        var graph = Graph is null ? null : this.ResolveGraphPath(Graph);
        Run(pump => ReadAllAsync(graph, pump));
    }

    private async Task ReadAllAsync(string? graph, Pump pump)
    {
        if (graph is not null)
        {
            var nodes = Session.LoadGraph(graph).Nodes;
            wanted.AddRange(nodes.Select(static n => (ServiceTarget.Of(n.Manager, n.HostName, n.Scope), n.Service)));
        }

        var logs = wanted.GroupBy(static w => w.Target, static w => w.Name).ToList();
        if (Follow)
        {
            await Task.WhenAll(logs.Select(l => ReadAsync(l.Key, [.. l], pump))).ConfigureAwait(false);
            return;
        }

        foreach (var log in logs)
        {
            await ReadAsync(log.Key, [.. log], pump).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(ServiceTarget target, IReadOnlyList<string> names, Pump pump)
    {
        var known = await KnownAsync(target, names, pump).ConfigureAwait(false);
        if (known.Count == 0)
        {
            return;
        }

        var query = new ServiceLogQuery
        {
            Services = known,
            Since = Since,
            Priority = Priority,
            Tail = Tail ?? (Follow && Since is null ? FollowTail : null),
            Follow = Follow,
        };
        var log = await target.LogAsync(Session, pump.Stopping).ConfigureAwait(false);
        await foreach (var entry in log.ReadAsync(query, pump.Stopping).ConfigureAwait(false))
        {
            await pump.OutputAsync(entry).ConfigureAwait(false);
        }
    }

    /// <summary>A name without wildcards has to exist: an empty log must not be the answer to a misspelt name.</summary>
    private async Task<IReadOnlyList<string>> KnownAsync(ServiceTarget target, IReadOnlyList<string> names, Pump pump)
    {
        var patterns = names.Where(NameMatch.IsPattern).ToList();
        var exact = names.Except(patterns).ToList();
        if (exact.Count == 0)
        {
            return patterns;
        }

        var manager = await target.ManagerAsync(Session, pump.Stopping).ConfigureAwait(false);
        foreach (var service in await manager.GetServicesAsync(new ServiceQuery { Names = exact }, pump.Stopping).ConfigureAwait(false))
        {
            if (service.State == ServiceState.NotFound)
            {
                pump.Error(ErrorRecords.UnitNotFound(service.Name, target.HostName));
            }
            else
            {
                patterns.Add(service.Id);
            }
        }

        return patterns;
    }
}
