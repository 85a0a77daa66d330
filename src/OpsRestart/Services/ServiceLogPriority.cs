namespace OpsRestart;

/// <summary>syslog's priorities, 0 the most urgent.</summary>
public enum ServiceLogPriority
{
    Emergency = 0,
    Alert = 1,
    Critical = 2,
    Error = 3,
    Warning = 4,
    Notice = 5,
    Info = 6,
    Debug = 7,
}
