using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ServiceLog", DefaultParameterSetName = ByName)]
[OutputType(typeof(ServiceLogEntry))]
public sealed class GetServiceLogCommand : ServiceCommand
{
    private const string ByName = "Name";
    private const string ByGraph = "Graph";

    /// <summary>With -Follow, and without -Tail and -Since: how many old lines come first, as in journalctl.</summary>
    private const int FollowTail = 10;

    private readonly List<WantedService> _wanted = [];

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
            _wanted.Add(Wanted(name));
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
            _wanted.AddRange(nodes.Select(static n => new WantedService(n.Service, [ManagerTarget.Of(n)])));
        }

        var logs = (await KnownAsync(pump).ConfigureAwait(false)).GroupBy(static w => w.Target, static w => w.Name).ToList();
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

    private async Task ReadAsync(ManagerTarget target, IReadOnlyList<string> names, Pump pump)
    {
        var query = new ServiceLogQuery
        {
            Services = names,
            Since = Since,
            Priority = Priority,
            Tail = Tail ?? (Follow && Since is null ? FollowTail : null),
            Follow = Follow,
        };
        var log = await Session.Services.GetLogAsync(target, pump.Stopping).ConfigureAwait(false);
        await foreach (var entry in log.ReadAsync(query, pump.Stopping).ConfigureAwait(false))
        {
            await pump.OutputAsync(entry).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A name without wildcards has to exist: an empty log must not be the answer to a misspelt name. A wildcard is the journal's own: it
    /// finds units too that are not loaded any more.
    /// </summary>
    private async Task<IReadOnlyList<(ManagerTarget Target, string Name)>> KnownAsync(Pump pump)
    {
        var ofJournals = _wanted
            .Where(static w => w.IsPattern)
            .SelectMany(static w => w.Targets.Where(static t => t.Kind == ServiceManagerKind.Systemd).Select(t => (t, w.Name)))
            .ToList();
        var others = _wanted
            .Select(static w =>
                w.IsPattern
                    ? w with
                    {
                        Targets = [.. w.Targets.Where(static t => t.Kind != ServiceManagerKind.Systemd)],
                        MayBeAbsent = w.Targets.Any(static t => t.Kind == ServiceManagerKind.Systemd),
                    }
                    : w
            )
            .Where(static w => w.Targets.Count > 0)
            .ToList();
        if (others.Count == 0)
        {
            return ofJournals;
        }

        // One that is only looked at because it may have such services too is not missed.
        var found = await FindAsync(others, new ServiceQuery(), pump).ConfigureAwait(false);
        return [.. ofJournals, .. found.Select(static f => (f.Target, f.Service.Id))];
    }
}
