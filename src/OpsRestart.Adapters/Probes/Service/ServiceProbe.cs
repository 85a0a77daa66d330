using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Service;

/// <summary>Whether a service runs, as its manager sees it, on the host and in the scope of its node.</summary>
internal sealed class ServiceProbe(ProbeDefinition definition, ServiceProbeOptions options, IServiceHost services, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private readonly ServiceNode node = context.Node ?? new ServiceNode { Name = definition.Target, Service = definition.Target };

    protected override string Peer => ShownTarget;

    protected override string ShownTarget => node.HostName is { } host ? $"{node.Service} on {host}" : node.Service;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var manager = await services.GetManagerAsync(node.Manager, node.HostName, node.Scope, cancellationToken).ConfigureAwait(false);
        var found = await manager.GetServicesAsync(new ServiceQuery { Names = [node.Service], Detailed = true, WithoutBoot = true }, cancellationToken).ConfigureAwait(false);
        return found is [var service, ..] ? Judge(service) : Judge(new ManagedService { Name = node.Service, Id = node.Service, Manager = node.Manager, State = ServiceState.NotFound });
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
            ServiceState.Failed => ProbeVerdict.Unhealthy(reason, $"It has failed{(service.Result is { Length: > 0 } result ? $" ({result})" : "")}. Look at its log."),
            _ => ProbeVerdict.Unhealthy(reason, $"It does not run: it is {reason.ToLowerInvariant()}."),
        };
    }

    private static string Since(ManagedService service) => service.Uptime is { } uptime ? $"Up for {Duration.Format(uptime)}." : "";
}
