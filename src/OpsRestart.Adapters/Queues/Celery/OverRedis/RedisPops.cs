using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery.OverRedis;

/// <summary>
/// The BRPOPs that workers wait in. One that is open when its queue is taken from the worker still names the queue: what it brings, the
/// worker puts back and then acknowledges (kombu's reject), which deletes the entry of another worker that got the same message meanwhile.
/// Where that one puts it back too, it is lost.
/// </summary>
internal sealed class RedisPops(RedisLine line, Func<RedisLayout> layout)
{
    // The answer has to reach the worker.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);
    private bool _refused;

    /// <summary>
    /// As if their time were up. Which queues a connection waits for can't be seen: all of this database are ended, and go on by
    /// themselves.
    /// </summary>
    public async Task<TimeSpan> EndAsync(CancellationToken cancellationToken)
    {
        _refused = _refused || !await TryEndAsync(cancellationToken).ConfigureAwait(false);
        return _refused ? layout().LongestPop + Margin : TimeSpan.Zero;
    }

    /// <summary>False: this user may not, or this server can't (before Redis 5.0, some hosted ones).</summary>
    private async Task<bool> TryEndAsync(CancellationToken cancellationToken)
    {
        var connection = await line.GetAsync(cancellationToken).ConfigureAwait(false);
        var list = await connection.SendAsync(new("CLIENT", "LIST", "TYPE", "NORMAL"), cancellationToken).ConfigureAwait(false);
        if (list.Text is not { } text)
        {
            return false;
        }

        List<RedisCommand> commands =
        [
            .. RedisClientInfo.ParseList(text).Where(IsPop).Select(static c => new RedisCommand("CLIENT", "UNBLOCK", c.Id)),
        ];
        return commands.Count == 0
            || (await connection.PipelineAsync(commands, cancellationToken).ConfigureAwait(false)).All(static r => r.Error is null);
    }

    private bool IsPop(RedisClientInfo client) =>
        client is { Command: "brpop", IsBlocked: true } && client.Database == layout().Database && client.Name != RedisLine.ClientName;
}
