namespace OpsRestart.Commands;

/// <summary>Whether a service has come into a state, and stayed in it as the same invocation.</summary>
internal sealed class StateWait(ServiceState goal, TimeSpan stableFor)
{
    /// <summary>systemd shows a service that it is going to restart as failed for a moment.</summary>
    private static readonly TimeSpan RestartMoment = TimeSpan.FromMilliseconds(500);

    private ManagedService? _seen;
    private DateTime? _reachedAt;
    private DateTime? _failedAt;

    /// <summary>It can't come into the state any more by itself.</summary>
    public bool Failed { get; private set; }

    /// <summary>When the wait is over, if nothing happens until then: it has been stable, or its failure is final.</summary>
    public DateTime? Due => _failedAt ?? _reachedAt + stableFor;

    public void See(ManagedService service, DateTime now)
    {
        var same = _seen is { } before && before.InvocationId == service.InvocationId && before.Restarts == service.Restarts;
        _seen = service;
        if (service.State != goal)
        {
            _reachedAt = null;
        }
        else if (_reachedAt is null || !same)
        {
            _reachedAt = now;
        }

        _failedAt =
            goal != service.State && service.State is ServiceState.Failed or ServiceState.NotFound or ServiceState.Masked
                ? now + (service.RestartPolicy is null or "no" ? TimeSpan.Zero : RestartMoment)
                : null;
    }

    public bool IsOver(DateTime now)
    {
        Failed = now >= _failedAt;
        return now >= Due;
    }

    public string Describe() =>
        _seen is null
            ? "its state could not be read"
            : $"it is {_seen.State} ({_seen.ActiveState}/{_seen.SubState}"
                + (_seen.Restarts > 0 ? $", {_seen.Restarts} restarts" : "")
                + (_seen.Result is { } result and not "success" ? $", {result})" : ")");
}
