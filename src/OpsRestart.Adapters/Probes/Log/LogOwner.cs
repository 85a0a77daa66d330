using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>Whose log is read, and where it is kept.</summary>
internal sealed record LogOwner(string Service, ServiceManagerKind Manager, string? HostName, ServiceScope Scope)
{
    public static LogOwner Of(ProbeDefinition definition, LogProbeOptions options, ProbeContext context) => (options.Service, context.Node) switch
    {
        ({ } service, { } node) => new LogOwner(service, node.Manager, options.HostName ?? node.HostName, node.Scope),
        ({ } service, null) => new LogOwner(service, options.Manager, options.HostName, options.Scope),
        (null, { } node) => new LogOwner(node.Service, node.Manager, node.HostName, node.Scope),
        _ => new LogOwner(definition.Service ?? "", options.Manager, options.HostName, options.Scope),
    };
}
