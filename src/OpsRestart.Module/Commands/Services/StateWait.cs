namespace OpsRestart.Commands;

/// <summary>Whether a service has come into a state, and stayed in it as the same invocation.</summary>
internal sealed class StateWait(ServiceState goal, TimeSpan stableFor)
{
    /// <summary>systemd shows a service that it is going to restart as failed for a moment.</summary>
    private static readonly TimeSpan RestartMoment = TimeSpan.FromMilliseconds(500);

    private ManagedService? seen;
    private DateTime? reachedAt;
    private DateTime? failedAt;

    /// <summary>It can't come into the state any more by itself.</summary>
    public bool Failed { get; private set; }

    /// <summary>When the wait is over, if nothing happens until then: it has been stable, or its failure is final.</summary>
    public DateTime? Due => failedAt ?? reachedAt + stableFor;

    public void See(ManagedService service, DateTime now)
    {
        var same = seen is { } before && before.InvocationId == service.InvocationId && before.Restarts == service.Restarts;
        seen = service;
        if (service.State != goal)
        {
            reachedAt = null;
        }
        else if (reachedAt is null || !same)
        {
            reachedAt = now;
        }

        failedAt = goal != service.State && service.State is ServiceState.Failed or ServiceState.NotFound or ServiceState.Masked
            ? now + (service.RestartPolicy is null or "no" ? TimeSpan.Zero : RestartMoment)
            : null;
    }

    public bool IsOver(DateTime now)
    {
        Failed = now >= failedAt;
        return now >= Due;
    }

    public string Describe() => seen is null
        ? "its state could not be read"
        : $"it is {seen.State} ({seen.ActiveState}/{seen.SubState}{(seen.Restarts > 0 ? $", {seen.Restarts} restarts" : "")}{(seen.Result is { } result and not "success" ? $", {result}" : "")})";
}
