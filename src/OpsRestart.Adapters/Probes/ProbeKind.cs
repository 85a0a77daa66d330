namespace OpsRestart.Adapters.Probes;

/// <summary>One row of the table of probes.</summary>
/// <param name="Name">The word in <see cref="ProbeDefinition.Kind"/>, and the key in graph files: redis, http, disk …</param>
/// <param name="Schemes">The schemes of URIs that stand for it.</param>
/// <param name="Make">Makes the probe, which reads every setting.</param>
internal sealed record ProbeKind(string Name, IReadOnlyList<string> Schemes, Func<ProbeSettings, ProbeContext, IProbe> Make);
