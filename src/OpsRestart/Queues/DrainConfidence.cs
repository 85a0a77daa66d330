namespace OpsRestart;

/// <summary>How strong the proof of a drain is.</summary>
public enum DrainConfidence
{
    /// <summary>There is no proof: it is not drained, or was not looked at.</summary>
    None,

    /// <summary>Several equal looks over a time; no proof in the strict sense.</summary>
    Timed,

    /// <summary>The workers' own word, twice, around a look at the broker that can't see everything.</summary>
    Inspect,

    /// <summary>Strict: no task could have been anywhere at the moment of the verdict.</summary>
    Exact,
}
