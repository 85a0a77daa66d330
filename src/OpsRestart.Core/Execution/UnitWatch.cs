namespace OpsRestart.Core.Execution;

/// <summary>Watches that a service stays the same invocation.</summary>
internal static class UnitWatch
{
    /// <summary>Returns what happened to it ("failed (exit-code)"), or null when it stayed up for the whole time.</summary>
    public static async Task<string?> WatchAsync(
        IServiceManager manager,
        ServiceNode node,
        TimeSpan time,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        using var enough = new CancellationTokenSource(time, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            return await UntilTroubleAsync(manager, node, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends only when something happened to the service, or by the token.</summary>
    public static async Task<string> UntilTroubleAsync(IServiceManager manager, ServiceNode node, CancellationToken cancellationToken)
    {
        ManagedService? first = null;
        await foreach (var now in manager.WatchAsync([node.Service], cancellationToken).ConfigureAwait(false))
        {
            first ??= now;
            if (Trouble(first, now) is { } trouble)
            {
                return trouble;
            }
        }

        throw new OpsRestartException(
            OpsError.ConnectionFailed,
            $"The connection to the service manager was lost while {node.Service} was watched.",
            node.Service,
            "Run the same command again; it goes on from the state that it finds."
        );
    }

    /// <summary>What happened to it between two looks; null when it is still the same.</summary>
    public static string? Trouble(ManagedService first, ManagedService now)
    {
        if (
            now.State
            is ServiceState.Failed
                or ServiceState.Stopped
                or ServiceState.NotFound
                or ServiceState.Masked
                or ServiceState.Stopping
        )
        {
            return now.State == ServiceState.Failed ? $"failed ({Reason(now)})" : $"went {now.State.ToString().ToLowerInvariant()}";
        }

        // One that flapped already when the watch began is judged by whether it dies again.
        if (now.SubState == "auto-restart" || (now.State == ServiceState.Flapping && first.State != ServiceState.Flapping))
        {
            return $"died ({Reason(now)}) and is being restarted by its manager";
        }

        if (first.InvocationId is not null && now.InvocationId is not null && first.InvocationId != now.InvocationId)
        {
            return "was restarted: it is another invocation";
        }

        return now.Restarts > first.Restarts ? "was restarted by its manager" : null;
    }

    public static string StartedAgain(ServiceNode node, ManagedService now) =>
        $"{node.Service} was stopped and is {now.State.ToString().ToLowerInvariant()} again: something started it (a socket, timer or "
        + "path unit, or another tool). Stop that first.";

    private static string Reason(ManagedService service)
    {
        var result = string.IsNullOrEmpty(service.Result) || service.Result == "success" ? "no result" : service.Result;
        return service.ExitStatus is > 0 ? $"{result}, status {service.ExitStatus}" : result;
    }
}
