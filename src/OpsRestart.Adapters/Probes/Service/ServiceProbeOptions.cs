namespace OpsRestart.Adapters.Probes.Service;

/// <summary>None: the node says all. Target: the unit.</summary>
internal sealed record ServiceProbeOptions : ProbeOptions;
