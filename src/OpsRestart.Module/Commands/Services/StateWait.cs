namespace OpsRestart.Commands;

/// <summary>Whether a service has come into a state, and stayed in it as the same invocation.</summary>
internal sealed class StateWait(ServiceState goal, TimeSpan stableFor)
{
    private ManagedService? seen;
    private DateTime? reachedAt;

    /// <summary>It can't come into the state any more by itself.</summary>
    public bool Failed { get; private set; }

    /// <summary>When it will have been stable, if nothing happens until then.</summary>
    public DateTime? Due => reachedAt + stableFor;

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

        Failed = goal != ServiceState.Failed && service.State is ServiceState.Failed or ServiceState.NotFound or ServiceState.Masked && service.State != goal;
    }

    public bool IsOver(DateTime now) => Failed || now >= Due;

    public string Describe() => seen is null
        ? "its state could not be read"
        : $"it is {seen.State} ({seen.ActiveState}/{seen.SubState}{(seen.Restarts > 0 ? $", {seen.Restarts} restarts" : "")}{(seen.Result is { } result and not "success" ? $", {result}" : "")})";
}
