namespace OpsRestart.Adapters.Probes;

/// <summary>The memory of a service's control group as its manager counts it, and whether the kernel has killed it for that.</summary>
internal sealed class MemoryProbe : ProbeBase
{
    private readonly IServiceHost _services;
    private readonly string _service;
    private readonly MemoryMeasure _measure;
    private readonly ProbeLimits _limits;

    public MemoryProbe(ProbeSettings settings, IServiceHost services, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _services = services;
        _service = settings.Target.Length > 0 ? settings.Target : context.Node?.Service ?? settings.Node ?? "";
        if (_service.Length == 0)
        {
            settings.FailTarget("is empty", "Name the service.");
        }

        _measure = settings.Choice<MemoryMeasure>("measure") ?? MemoryMeasure.Service;
        _limits = ProbeLimits.Read(settings, LimitScale.Bytes);
        if (_limits.IsEmpty)
        {
            settings.Fail(
                "crit",
                "is missing: there is nothing to compare the memory with",
                "Add crit: 800MiB, warn: 600MiB, or both.",
                "MissingValue"
            );
        }
    }

    protected override string Peer => _service;

    protected override string ShownTarget => _service;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var node = Context.Node;
        var manager = await _services
            .GetManagerAsync(node is null ? ManagerTarget.Here : ManagerTarget.Of(node), cancellationToken)
            .ConfigureAwait(false);
        var found = await manager
            .GetServicesAsync(new ServiceQuery { Names = [_service], Detailed = true }, cancellationToken)
            .ConfigureAwait(false);
        return found is not [var service, ..] || service.State == ServiceState.NotFound
                ? ProbeVerdict.Unknown("UnitNotFound", $"There is no service {_service}. Check the name.")
            : _measure == MemoryMeasure.Service || service is { Result: "oom-kill" } ? Judge(service)
            : await LargestAsync(manager, service, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ProbeVerdict> LargestAsync(IServiceManager manager, ManagedService service, CancellationToken cancellationToken)
    {
        if (Context.Node?.HostName is { } host)
        {
            return ProbeVerdict.Unknown("OtherHost", $"The processes of {_service} are on {host}, where their memory can't be read.");
        }

        var processes = await manager.GetProcessesAsync(_service, cancellationToken).ConfigureAwait(false);
        var sizes = processes
            .Select(p => (Process: p, Size: ProcessMemory.Of(p.Pid, _measure)))
            .Where(static p => p.Size is not null)
            .ToList();
        if (sizes.Count == 0)
        {
            return processes.Count == 0
                ? NotRunning(service)
                : ProbeVerdict.Unknown(
                    ProbeReason.AccessDenied,
                    $"The memory of the {processes.Count} processes of {_service} can't be read (/proc/PID/status). Run as root."
                );
        }

        var (largest, size) = sizes.MaxBy(static p => p.Size);
        var what = _measure == MemoryMeasure.Virtual ? "has a virtual size of" : "has in memory";
        var name = ForeignText.OneLine(largest.Command, 80);
        return _limits.Judge(
            size!.Value,
            "largest",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The largest of the {sizes.Count} processes of {_service}, {name} (pid {largest.Pid}), {what}"
            ),
            "Restart the service, or look for what it holds."
        );
    }

    private ProbeVerdict NotRunning(ManagedService service) =>
        ProbeVerdict.Unhealthy("NotRunning", $"{_service} is not running ({service.ActiveState}).");

    private ProbeVerdict Judge(ManagedService service) =>
        service switch
        {
            { Result: "oom-kill" } => ProbeVerdict.Unhealthy(
                "OomKilled",
                $"The kernel killed a process of {_service} because memory ran out. Give it more (MemoryMax=), or find out what it holds."
            ),
            { Memory: { } memory } => _limits.Judge(memory, "memory", $"{_service} uses", "Restart it, or look for what it holds."),
            { State: ServiceState.Stopped or ServiceState.Failed } => NotRunning(service),
            _ => ProbeVerdict.Unknown("NoAccounting", $"The manager does not count the memory of {_service}. {HowToCount}"),
        };

    /// <summary>
    /// What would help. A setting of the unit does not where systemd itself has no memory controller, as in some containers.
    /// </summary>
    private string HowToCount =>
        Context.Node?.HostName is null && MemoryController.IsMissing(MemoryController.Root)
            ? $"systemd has no memory controller here ({MemoryController.Root}/cgroup.controllers does not list it), so no setting of "
                + "the unit helps."
            : "Set MemoryAccounting=yes.";
}
