using OpsRestart.Completion;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ManagedService")]
[OutputType(typeof(ManagedService))]
public sealed class GetManagedServiceCommand : ServiceCommand
{
    /// <summary>Names as systemctl takes them, with wildcards and template sets. None: all loaded services.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ServiceName]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Only services in one of these states.</summary>
    [Parameter]
    public ServiceState[] State { get; set; } = [];

    /// <summary>
    /// Read pid, memory, tasks, restarts, boot and result too. On by default when names are given, off for the list of all.
    /// </summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Units too that have a file but are not loaded.</summary>
    [Parameter]
    public SwitchParameter IncludeUnloaded { get; set; }

    protected override void ProcessRecord() => Run(GetAsync);

    private async Task GetAsync(Pump pump)
    {
        var query = new ServiceQuery
        {
            Detailed = MyInvocation.BoundParameters.ContainsKey(nameof(Detailed)) ? Detailed : Name.Length > 0,
            IncludeUnloaded = IncludeUnloaded,
        };
        IReadOnlyList<WantedService> wanted = Name.Length > 0 ? [.. Name.Select(Wanted)] : [new WantedService("", Targets)];
        foreach (var service in (await FindAsync(wanted, query, pump).ConfigureAwait(false)).Select(static f => f.Service))
        {
            if (State.Length == 0 || State.Contains(service.State))
            {
                await pump.OutputAsync(service).ConfigureAwait(false);
            }
        }
    }
}
