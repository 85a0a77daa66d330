namespace OpsRestart.Core.Abstractions;

/// <summary>One kind of probe: what its settings are, and how a probe is made from them.</summary>
public interface IProbeKind
{
    /// <summary>The word in <see cref="ProbeDefinition.Kind"/>: redis, postgres, http …</summary>
    string Kind { get; }

    /// <summary>Everything wrong with a definition of this kind, all at once; no network. Unknown settings are its to report: it knows which it reads.</summary>
    IReadOnlyList<GraphFinding> Validate(ProbeDefinition definition);

    /// <exception cref="OpsRestartException">InvalidGraph, when the definition is wrong.</exception>
    IProbe Create(ProbeDefinition definition, ProbeContext context);
}
