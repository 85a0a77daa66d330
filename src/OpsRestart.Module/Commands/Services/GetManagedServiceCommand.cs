using System.Management.Automation;
using OpsRestart.Completion;
using OpsRestart.Core.Abstractions;
using OpsRestart.Errors;
using OpsRestart.Parameters;
using OpsRestart.Pipeline;

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

    /// <summary>Read pid, memory, tasks, restarts, boot and result too. On by default when names are given, off for the list of all.</summary>
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
            Names = Name,
            Detailed = MyInvocation.BoundParameters.ContainsKey(nameof(Detailed)) ? Detailed : Name.Length > 0,
            IncludeUnloaded = IncludeUnloaded,
        };
        var manager = await Target.ManagerAsync(Session, pump.Stopping).ConfigureAwait(false);
        foreach (var service in await manager.GetServicesAsync(query, pump.Stopping).ConfigureAwait(false))
        {
            if (service.State == ServiceState.NotFound)
            {
                pump.Error(ErrorRecords.UnitNotFound(service.Name, Target.HostName));
            }
            else if (State.Length == 0 || State.Contains(service.State))
            {
                await pump.OutputAsync(service).ConfigureAwait(false);
            }
        }
    }
}
