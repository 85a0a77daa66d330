namespace OpsRestart;

/// <summary>syslog's priorities, 0 the most urgent.</summary>
public enum ServiceLogPriority
{
    /// <summary>The system is unusable.</summary>
    Emergency = 0,

    /// <summary>Something has to be done at once.</summary>
    Alert = 1,

    /// <summary>A critical condition.</summary>
    Critical = 2,

    /// <summary>An error.</summary>
    Error = 3,

    /// <summary>A warning.</summary>
    Warning = 4,

    /// <summary>Normal, and worth a look.</summary>
    Notice = 5,

    /// <summary>Information.</summary>
    Info = 6,

    /// <summary>For developers.</summary>
    Debug = 7,
}
