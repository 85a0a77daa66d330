namespace OpsRestart;

/// <summary>The verdict of a probe.</summary>
public enum ProbeStatus
{
    /// <summary>It could not be found out.</summary>
    Unknown,

    /// <summary>It answers, and as expected.</summary>
    Healthy,

    /// <summary>It answers, within bounds that deserve a warning.</summary>
    Degraded,

    /// <summary>It is there but says itself that it is not ready yet (Redis LOADING, PostgreSQL 57P03).</summary>
    Starting,

    /// <summary>It does not answer, or not as expected.</summary>
    Unhealthy,
}
