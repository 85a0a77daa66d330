namespace OpsRestart.Adapters.Probes;

/// <summary>Whether a service runs, as its manager sees it, on the host and in the scope of its node.</summary>
internal sealed class ServiceProbe(ProbeSettings settings, IServiceHost services, ProbeContext context, TimeProvider time)
    : ProbeBase(settings, context, time)
{
    private readonly ServiceNode _node =
        context.Node ?? new ServiceNode { Name = settings.Definition.Target, Service = settings.Definition.Target };

    protected override string Peer => ShownTarget;

    protected override string ShownTarget => _node.HostName is { } host ? $"{_node.Service} on {host}" : _node.Service;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var manager = await services.GetManagerAsync(_node, cancellationToken).ConfigureAwait(false);
        var found = await manager
            .GetServicesAsync(
                new ServiceQuery
                {
                    Names = [_node.Service],
                    Detailed = true,
                    WithoutBoot = true,
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return found is [var service, ..]
            ? Judge(service)
            : Judge(
                new ManagedService
                {
                    Name = _node.Service,
                    Id = _node.Service,
                    Manager = _node.Manager,
                    State = ServiceState.NotFound,
                }
            );
    }

    // A manager that can't be asked says nothing about the service.
    protected override ProbeVerdict? Explain(Exception error) =>
        error is OpsRestartException e ? ProbeVerdict.Unknown(e.Error.ToString(), $"{e.Message} {e.Advice}") : null;

    private static ProbeVerdict Judge(ManagedService service)
    {
        var reason = service.State.ToString();
        return service.State switch
        {
            ServiceState.Running or ServiceState.Exited => ProbeVerdict.Healthy(reason, Since(service)),
            ServiceState.Starting or ServiceState.Reloading => ProbeVerdict.Starting(reason, $"It is {reason.ToLowerInvariant()}."),
            ServiceState.NotFound => ProbeVerdict.Unhealthy(reason, "There is no such service. Check the name in the graph."),
            ServiceState.Masked => ProbeVerdict.Unhealthy(reason, "It is masked and can't be started until it is unmasked."),
            ServiceState.Flapping => ProbeVerdict.Unhealthy(reason, "It dies and is restarted again and again. Look at its log."),
            ServiceState.Failed => ProbeVerdict.Unhealthy(
                reason,
                $"It has failed{(service.Result is { Length: > 0 } result ? $" ({result})" : "")}. Look at its log."
            ),
            ServiceState.Unknown => ProbeVerdict.Unknown(reason, service.Result ?? "Its manager does not say whether it runs."),
            _ => ProbeVerdict.Unhealthy(reason, $"It does not run: it is {reason.ToLowerInvariant()}."),
        };
    }

    private static string Since(ManagedService service) => service.Uptime is { } uptime ? $"Up for {Duration.Format(uptime)}." : "";
}
