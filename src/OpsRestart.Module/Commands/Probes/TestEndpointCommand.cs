using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>
/// The base of a probe whose parameters are its settings: a leaf has its kind, its targets, and parameters marked
/// <see cref="ProbeSettingAttribute"/>.
/// </summary>
public abstract class TestEndpointCommand : TestProbeCommand
{
    /// <summary>The kind of probe, as in graph files.</summary>
    private protected abstract string Kind { get; }

    /// <summary>What the present record of the pipeline names.</summary>
    private protected abstract IEnumerable<string> Targets { get; }

    /// <summary>How long one try may take where -Timeout is not given; null: as every probe.</summary>
    private protected virtual TimeSpan? UsualTimeout => null;

    private protected override IEnumerable<ProbeDefinition> Define() => Targets.Select(Define);

    private protected virtual ProbeDefinition Define(string target)
    {
        var probe = Probe(Kind, target, ProbeParameters.Of(this));
        return probe with { Timeout = UsualTimeout ?? probe.Timeout };
    }
}
