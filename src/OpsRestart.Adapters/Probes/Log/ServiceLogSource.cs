using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>
/// The journal (or a supervisor program's log). Nothing older than the start counts: from the cursor taken before it, else its time, else,
/// when nothing was started by us, what the present invocation of the service has logged.
/// </summary>
internal sealed class ServiceLogSource(IServiceHost services, LogOwner owner, LogProbeOptions options, ProbeContext context) : ILogSource
{
    public string Name => $"the log of {owner.Service}";

    public async Task<LogScan> FindAsync(Regex pattern, CancellationToken cancellationToken)
    {
        var log = await services.GetLogAsync(owner.Manager, cancellationToken).ConfigureAwait(false);
        var (query, from, invocation) = await WhereAsync(cancellationToken).ConfigureAwait(false);
        var looked = 0;
        await foreach (var entry in log.ReadAsync(query, cancellationToken).ConfigureAwait(false))
        {
            if (invocation is not null && entry.InvocationId is { } other && other != invocation)
            {
                continue;
            }

            looked++;
            if (pattern.IsMatch(entry.Message))
            {
                return new LogScan(entry.Message, looked, from);
            }
        }

        return new LogScan(null, looked, from);
    }

    private async Task<(ServiceLogQuery Query, string From, string? Invocation)> WhereAsync(CancellationToken cancellationToken)
    {
        var query = new ServiceLogQuery { Services = [owner.Service], Priority = options.Priority };
        if (options.Tail is { } tail)
        {
            return (query with { Tail = tail }, string.Create(CultureInfo.InvariantCulture, $"in the last {tail} lines"), null);
        }

        if (options.Since is { } since)
        {
            return (query with { Since = since }, LogScan.Since(since), null);
        }

        // The cursor belongs to the node's own log.
        if (context.LogCursor is { } cursor && context.Node is { } node && owner.Manager == ManagerTarget.Of(node))
        {
            return (query with { AfterCursor = cursor }, "since its start", null);
        }

        if (context.StartedAt is { } start)
        {
            return (query with { Since = start }, "since its start", null);
        }

        var manager = await services.GetManagerAsync(owner.Manager, cancellationToken).ConfigureAwait(false);
        var states = await manager
            .GetServicesAsync(new ServiceQuery { Names = [owner.Service], Detailed = true }, cancellationToken)
            .ConfigureAwait(false);
        return states is [{ State: not ServiceState.NotFound } state, ..]
            ? (query with { Since = Begin(state) }, "since it was last started", state.InvocationId)
            : throw new OpsRestartException(
                OpsError.UnitNotFound,
                $"There is no service {owner.Service}.",
                owner.Service,
                "Check the name."
            );
    }

    // A slow start logs before the service counts as active; the invocation sorts out older lines.
    private static DateTime? Begin(ManagedService state) => state.InvocationId is null ? state.Since : state.Since - TimeSpan.FromHours(1);
}
