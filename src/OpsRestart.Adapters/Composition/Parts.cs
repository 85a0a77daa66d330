using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Composition;

/// <summary>Which adapters there are.</summary>
internal static class Parts
{
    public static IReadOnlyDictionary<ServiceManagerKind, IManagerConnector> Managers(TimeProvider time) => new Dictionary<ServiceManagerKind, IManagerConnector>();

    public static IProbeFactory Probes(IServiceHost services, IWorkQueueFactory queues, TimeProvider time) => new Pending();

    public static IWorkQueueFactory Queues(TimeProvider time) => new Pending();

    // Holds the place of the probe and queue adapters until they are joined in.
    private sealed class Pending : IProbeFactory, IWorkQueueFactory
    {
        public IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition) => [];

        public IReadOnlyList<GraphFinding> Validate(GraphQueue queue) => [];

        public IProbe Create(ProbeDefinition definition, ProbeContext context) => throw new OpsRestartException(OpsError.InvalidGraph, $"Probe '{definition.Kind}' is not supported.");

        public Task<IWorkQueueSystem> OpenAsync(GraphQueue queue, CancellationToken cancellationToken) => throw new OpsRestartException(OpsError.InvalidGraph, $"Queue system '{queue.System}' is not supported.");
    }
}
