using System.Text.RegularExpressions;
using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Watch, "ServiceLog")]
[OutputType(typeof(WatchedLogLine), typeof(bool))]
public sealed class WatchServiceLogCommand : ServiceCommand
{
    private static readonly TimeSpan OneLine = TimeSpan.FromSeconds(1);

    private readonly List<WantedService> _wanted = [];
    private WatchedLogLine? _failure;

    /// <summary>Services.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ServiceName]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Log files, beside the services' journals.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>All services of a graph.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public string? Graph { get; set; }

    /// <summary>How long to watch. Default: until Ctrl-C, or until the pipeline has enough.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? For { get; set; }

    /// <summary>Regular expressions of lines that must not come: the first one ends the watch with an error.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Fail { get; set; } = [];

    /// <summary>Of those, lines that may come.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Allow { get; set; } = [];

    /// <summary>Patterns match in any case.</summary>
    [Parameter]
    public SwitchParameter IgnoreCase { get; set; }

    /// <summary>Of journals only lines this urgent or more. Default: all.</summary>
    [Parameter]
    public ServiceLogPriority Priority { get; set; } = ServiceLogPriority.Debug;

    /// <summary>Only true or false: whether no line came that must not.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    protected override void ProcessRecord() => _wanted.AddRange(Name.Select(Wanted));

    protected override void EndProcessing()
    {
        var graph = Graph is null ? null : this.ResolveGraphPath(Graph);
        var files = Path.Select(GetUnresolvedProviderPathFromPSPath).ToList();
        Run(pump => WatchAsync(graph, files, pump));
    }

    private async Task WatchAsync(string? graph, List<string> files, Pump pump)
    {
        if (graph is not null)
        {
            _wanted.AddRange(Session.LoadGraph(graph).Nodes.Select(static n => new WantedService(n.Service, [ManagerTarget.Of(n)])));
        }

        var watch = Session.Watch([.. Fail.Select(Pattern)], [.. Allow.Select(Pattern)]);
        var found = await FindAsync(_wanted, new ServiceQuery(), pump).ConfigureAwait(false);
        var logs = found
            .GroupBy(static f => f.Target, static f => f.Service.Id)
            .Select(static g => (g.Key, (IReadOnlyList<string>)[.. g.Distinct()]))
            .ToList();
        if (logs.Count == 0 && files.Count == 0)
        {
            throw new OpsRestartException(
                OpsError.InvalidArgument,
                "There is nothing to watch.",
                null,
                "Name services, files (-Path) or a graph (-Graph) that there are."
            );
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(pump.Stopping);
        if (For is { } limit)
        {
            over.CancelAfter(limit);
        }

        try
        {
            await watch.RunAsync(logs, Priority, files, line => TellAsync(line, over, pump), over.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsRestartException(
                e is UnauthorizedAccessException ? OpsError.AccessDenied : OpsError.InvalidArgument,
                $"A log file can't be read: {e.Message}",
                null,
                "Check its path, and that you may read it (root, or the group adm).",
                e
            );
        }

        pump.Stopping.ThrowIfCancellationRequested();
        await EndAsync(pump).ConfigureAwait(false);
    }

    private async Task TellAsync(WatchedLogLine line, CancellationTokenSource over, Pump pump)
    {
        if (!Quiet)
        {
            await pump.OutputAsync(line).ConfigureAwait(false);
        }

        if (line.IsFailure && Interlocked.CompareExchange(ref _failure, line, null) is null)
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task EndAsync(Pump pump)
    {
        if (Quiet)
        {
            await pump.OutputAsync(_failure is null).ConfigureAwait(false);
        }
        else if (_failure is { } failure)
        {
            throw new OpsRestartException(
                OpsError.ValidationFailed,
                $"{failure.Source} logged a line that must not come: {failure.Message}",
                failure.Source,
                failure.Advice ?? "See what came before it; -Allow names lines that may come."
            );
        }
    }

    private Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant | (IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), OneLine);
        }
        catch (RegexParseException e)
        {
            throw new OpsRestartException(OpsError.InvalidArgument, $"'{text}' is no regular expression: {e.Message}", text, null, e);
        }
    }
}
