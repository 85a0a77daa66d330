namespace OpsRestart;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is refused.</summary>
    Warning,

    /// <summary>A run is refused.</summary>
    Error,
}
