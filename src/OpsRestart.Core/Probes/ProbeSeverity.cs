namespace OpsRestart.Core.Probes;

/// <summary>Which of several verdicts is told: what is known to be wrong says more than what is not known.</summary>
internal static class ProbeSeverity
{
    public static int Of(ProbeStatus status) =>
        status switch
        {
            ProbeStatus.Healthy => 0,
            ProbeStatus.Degraded => 1,
            ProbeStatus.Unknown => 2,
            ProbeStatus.Starting => 3,
            _ => 4,
        };
}
