namespace OpsRestart;

/// <summary>Whether a queue is suspended.</summary>
public enum SuspensionState
{
    /// <summary>Its workers take tasks.</summary>
    No,

    /// <summary>Some of the workers.</summary>
    Partial,

    /// <summary>None of its workers takes tasks.</summary>
    Yes,
}
