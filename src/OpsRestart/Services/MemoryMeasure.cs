namespace OpsRestart;

/// <summary>Which memory of a service is looked at.</summary>
public enum MemoryMeasure
{
    /// <summary>Of the whole control group, as the manager counts it.</summary>
    Service,

    /// <summary>Of the one process that has the most of it in memory.</summary>
    Resident,

    /// <summary>The virtual size of the one process whose is the largest.</summary>
    Virtual,
}
