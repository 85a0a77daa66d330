namespace OpsRestart;

public enum SuspensionState
{
    No,

    /// <summary>Some of the workers.</summary>
    Partial,
    Yes,
}
