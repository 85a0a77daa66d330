namespace OpsRestart.Adapters.Redis;

/// <summary>Finds the current master through its sentinels (https://redis.io/docs/latest/develop/reference/sentinel-clients/).</summary>
internal static class RedisSentinel
{
    public static async Task<RedisEndpoint> FindMasterAsync(RedisEndpoint endpoint, TimeSpan? patience, CancellationToken cancellationToken)
    {
        RedisException? last = null;
        foreach (var sentinel in endpoint.Sentinels)
        {
            try
            {
                if (await AskAsync(sentinel, endpoint.MasterName!, patience, cancellationToken).ConfigureAwait(false) is var (host, port))
                {
                    return endpoint with { Place = new Place(host, port), Sentinels = [], MasterName = null };
                }
            }
            catch (RedisException e)
            {
                last = e;
            }
        }

        throw last
            ?? new RedisException(
                OpsError.ConnectionFailed,
                "NoMaster",
                $"The sentinels at {endpoint.Display} know no master '{endpoint.MasterName}'.",
                endpoint.Display,
                "Check master_name against the sentinels' configuration."
            );
    }

    private static async Task<(string Host, int Port)?> AskAsync(
        RedisEndpoint sentinel,
        string master,
        TimeSpan? patience,
        CancellationToken cancellationToken
    )
    {
        var connection = await RedisConnection.ConnectAsync(sentinel, patience, cancellationToken).ConfigureAwait(false);
        await using var held = connection.ConfigureAwait(false);
        var reply = await connection.CallAsync(new("SENTINEL", "get-master-addr-by-name", master), cancellationToken).ConfigureAwait(false);
        return reply.Texts() is not [var host, var port] ? null
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= 65535
            && host.Length > 0
                ? (host, number)
            : throw new RedisException(
                OpsError.ProtocolError,
                WireFailure.ProtocolError,
                $"The sentinel at {sentinel.Display} named a master without a usable address.",
                sentinel.Display,
                "Check that it is a sentinel."
            );
    }
}
