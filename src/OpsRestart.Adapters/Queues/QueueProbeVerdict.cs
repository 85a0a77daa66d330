namespace OpsRestart.Adapters.Queues;

internal sealed record QueueProbeVerdict(ProbeStatus Status, string Reason, string Detail);
