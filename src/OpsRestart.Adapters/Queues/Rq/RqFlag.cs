using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>
/// rq:suspended as a lease: RQ asks only whether the key exists, so its value can say whose it is, and it expires by itself. A flag with another
/// value is somebody else's and is left alone.
/// </summary>
internal sealed class RqFlag(RqStore store, string token)
{
    /// <summary>Sets or prolongs it; false when it is somebody else's.</summary>
    public async Task<bool> HoldAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var milliseconds = (long)Math.Max(1000, lease.TotalMilliseconds);
        var set = await connection.CallAsync(new("SET", RqKeys.Suspended, token, "NX", "PX", milliseconds), cancellationToken).ConfigureAwait(false);
        return set.IsOk || await IfMineAsync(connection, new("PEXPIRE", RqKeys.Suspended, milliseconds), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes it; false when it is gone or somebody else's.</summary>
    public async Task<bool> ClearAsync(CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await IfMineAsync(connection, new("DEL", RqKeys.Suspended), cancellationToken).ConfigureAwait(false);
    }

    // Compare and then act, undone by WATCH when the key changed in between.
    private async Task<bool> IfMineAsync(RedisConnection connection, RedisCommand command, CancellationToken cancellationToken)
    {
        var replies = await connection.PipelineAsync([new("WATCH", RqKeys.Suspended), new("GET", RqKeys.Suspended)], cancellationToken).ConfigureAwait(false);
        if (replies[1].Text != token)
        {
            await connection.CallAsync(new("UNWATCH"), cancellationToken).ConfigureAwait(false);
            return false;
        }

        var done = await connection.TransactionAsync([command], cancellationToken).ConfigureAwait(false);
        return done.Count == 1 && done[0].Integer == 1;
    }
}
