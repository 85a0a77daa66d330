using System.Collections;
using OpsRestart.Completion;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Session;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.New, "ServiceNode")]
[OutputType(typeof(ServiceNode))]
public sealed class NewServiceNodeCommand : PSCmdlet
{
    /// <summary>Its name in the graph.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    /// <summary>The unit of systemd. Default: the name.</summary>
    [Parameter(Position = 1)]
    [Alias("Unit", "Program")]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string? Service { get; set; }

    /// <summary>Systemd (default), or Supervisor: -Service is a program then (web, group:program), or a group (group:*).</summary>
    [Parameter]
    public ServiceManagerKind Manager { get; set; }

    /// <summary>
    /// The commands that it is managed by where no service manager knows it, as in a graph file: <c>@{ start = '/opt/app/start'; stop =
    /// '/opt/app/stop'; status = '/opt/app/status'; user = 'app' }</c>.
    /// </summary>
    [Parameter]
    public IDictionary? Command { get; set; }

    /// <summary>The system's manager (default), or the calling user's own.</summary>
    [Parameter]
    public ServiceScope Scope { get; set; }

    /// <summary>Another host, as <c>user@host</c>.</summary>
    [Parameter]
    [Alias("ComputerName")]
    public string? HostName { get; set; }

    /// <summary>
    /// Where the program's supervisord listens: unix:///run/supervisor.sock or http://user:password@host:9001. Default: as this machine's
    /// configuration says. A secret can be ${env:NAME} or ${file:/path}.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Socket { get; set; }

    /// <summary>datastore, scheduler, worker, web … A hook runs when the datastores are ready.</summary>
    [Parameter]
    public string? Role { get; set; }

    /// <summary>These are ready before it starts, and it stops before they do.</summary>
    [Parameter]
    public string[] Needs { get; set; } = [];

    /// <summary>These are ready before it starts; says nothing of stopping.</summary>
    [Parameter]
    public string[] StartsAfter { get; set; } = [];

    /// <summary>These stop before it does; says nothing of starting.</summary>
    [Parameter]
    public string[] StopsAfter { get; set; } = [];

    /// <summary>Probes that tell when it is ready: URIs, hashtables as in a graph file, or definitions.</summary>
    [Parameter]
    public object[] Ready { get; set; } = [];

    /// <summary>
    /// After it is ready it has to stay the same invocation for this long. Default: a node without probes is up for 2 s when the run is
    /// validated. 0: neither.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? StableFor { get; set; }

    /// <summary>How long the manager's start job may take. Default 90 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a stop may take until the whole control group is killed. Default: the manager's own timeout plus 5 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? StopTimeout { get; set; }

    /// <summary>A command, with its arguments, that checks the configuration before anything is changed.</summary>
    [Parameter]
    public string[] Check { get; set; } = [];

    /// <summary>How long -Check may take; then it is ended and has failed. Default 30 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan CheckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Files and folders that it reads when it starts: Get-StaleService names it when one of them was changed since.</summary>
    [Parameter]
    public string[] Config { get; set; } = [];

    /// <summary>It is never stopped by a run that was not asked for it by name.</summary>
    [Parameter]
    public SwitchParameter Protected { get; set; }

    protected override void ProcessRecord()
    {
        ProbeDefinition[] ready;
        ServiceNode? own;
        try
        {
            ready = [.. Ready.SelectMany(Probes)];
            own = Command is null ? null : ReadCommand(Command);
        }
        catch (OpsRestartException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Name));
            return;
        }

        WriteObject(
            new ServiceNode
            {
                Name = Name,
                Service = Service ?? Name,
                Manager = own?.Manager ?? Manager,
                Commands = own?.Commands,
                Scope = Scope,
                HostName = HostName,
                Socket = Socket,
                Role = Role,
                Needs = Needs,
                StartsAfter = StartsAfter,
                StopsAfter = StopsAfter,
                Ready = ready,
                StableFor = StableFor,
                StartTimeout = MyInvocation.BoundParameters.ContainsKey(nameof(StartTimeout))
                    ? StartTimeout
                    : own?.StartTimeout ?? StartTimeout,
                StopTimeout = StopTimeout ?? own?.StopTimeout,
                Check = Check,
                CheckTimeout = CheckTimeout,
                Config = Config,
                Protected = Protected,
            }
        );
    }

    /// <summary>They are read as a file's would be.</summary>
    private ServiceNode ReadCommand(IDictionary command)
    {
        var service = new Dictionary<string, object?> { ["command"] = command, ["host"] = HostName };
        var graph = new Dictionary<string, object?>
        {
            ["graph"] = "node",
            ["services"] = new Dictionary<string, object?> { [Name] = service },
        };
        return GraphText.Read(RunspaceSession.Current.Graphs, graph, Name).Nodes[0];
    }

    private IEnumerable<ProbeDefinition> Probes(object item) =>
        (item is PSObject wrapped ? wrapped.BaseObject : item) switch
        {
            ProbeDefinition probe => [probe with { Node = Name }],
            var other => ProbeText.Read(RunspaceSession.Current.Graphs, other).Select(p => p with { Node = Name }),
        };
}
