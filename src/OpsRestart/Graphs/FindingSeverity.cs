namespace OpsRestart;

public enum FindingSeverity
{
    Information,
    Warning,

    /// <summary>A run is refused.</summary>
    Error,
}
