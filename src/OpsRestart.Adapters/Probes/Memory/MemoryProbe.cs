using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Memory;

/// <summary>The memory of a service's control group as its manager counts it, and whether the kernel has killed it for that.</summary>
internal sealed class MemoryProbe(ProbeDefinition definition, MemoryProbeOptions options, IServiceHost services, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private string Service => (options.IsNode ? Context.Node?.Service : null) ?? options.Service ?? "";

    protected override string Peer => Service;

    protected override string ShownTarget => Service;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var node = Context.Node;
        var manager = await services.GetManagerAsync(node?.Manager ?? ServiceManagerKind.Systemd, node?.HostName, node?.Scope ?? ServiceScope.System, cancellationToken).ConfigureAwait(false);
        var found = await manager.GetServicesAsync(new ServiceQuery { Names = [Service], Detailed = true }, cancellationToken).ConfigureAwait(false);
        return found is [var service, ..] && service.State != ServiceState.NotFound
            ? Judge(service)
            : ProbeVerdict.Unknown("UnitNotFound", $"There is no service {Service}. Check the name.");
    }

    private ProbeVerdict Judge(ManagedService service) => service switch
    {
        { Result: "oom-kill" } => ProbeVerdict.Unhealthy("OomKilled", $"The kernel killed a process of {Service} because memory ran out. Give it more (MemoryMax=), or find out what it holds."),
        { Memory: { } memory } => options.Limits.Judge(memory, $"{Service} uses", "Restart it, or look for what it holds.", ByteSize.Format),
        { State: ServiceState.Stopped or ServiceState.Failed } => ProbeVerdict.Unhealthy("NotRunning", $"{Service} is not running ({service.ActiveState})."),
        _ => ProbeVerdict.Unknown("NoAccounting", $"The manager does not count the memory of {Service}. {HowToCount}"),
    };

    /// <summary>What would help. A setting of the unit does not where systemd itself has no memory controller, as in some containers.</summary>
    private string HowToCount => Context.Node?.HostName is null && MemoryController.IsMissing(MemoryController.Root)
        ? $"systemd has no memory controller here ({MemoryController.Root}/cgroup.controllers does not list it), so no setting of the unit helps."
        : "Set MemoryAccounting=yes.";
}
