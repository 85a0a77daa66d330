namespace OpsRestart.Core.Probes;

/// <summary>Makes probes from their definitions.</summary>
internal interface IProbeFactory
{
    /// <summary>
    /// Checks a definition without touching the network: unknown kinds and settings, values of the wrong type, malformed URIs, missing
    /// secrets.
    /// </summary>
    IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition);

    /// <exception cref="OpsRestartException">InvalidGraph, when the definition is wrong.</exception>
    IProbe Create(ProbeDefinition definition, ProbeContext context);
}
