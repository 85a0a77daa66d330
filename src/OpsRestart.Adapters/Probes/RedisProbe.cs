using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// Logs in, selects the database and sends PING. The reply is judged, not that there was one: an exit code of redis-cli would hide LOADING
/// and NOAUTH.
/// </summary>
internal sealed class RedisProbe(ProbeSettings settings, ProbeContext context, TimeProvider time) : ProbeBase(settings, context, time)
{
    private readonly RedisEndpoint _endpoint = RedisTarget.Read(settings);
    private readonly RedisDemands _demands = new(
        settings.Choice<ServerRole>("role") ?? ServerRole.Any,
        settings.Int("minReplicas", 0, 1000) ?? 0,
        settings.Flag("warnEviction") ?? false
    );

    protected override string Peer => $"Redis at {_endpoint.Display}";

    protected override bool IsUnixSocket => _endpoint.Place.UnixPath is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        // The base bounds the try; the connection's own patience must not be the shorter one.
        var connection = await RedisConnection
            .OpenAsync(_endpoint, TryTimeout + TimeSpan.FromSeconds(1), cancellationToken)
            .ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (await connection.TryLogInAsync(cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return RedisVerdict.Of(refusal, Peer);
            }

            var reply = await connection.SendAsync(new("PING"), cancellationToken).ConfigureAwait(false);
            if (reply.Error is { } error)
            {
                return RedisVerdict.Of(error, Peer);
            }

            return reply.Text == "PONG"
                ? await LookCloserAsync(connection, cancellationToken).ConfigureAwait(false)
                : ProbeVerdict.Unhealthy(
                    ProbeReason.ProtocolError,
                    $"{Peer} answered PING with '{ForeignText.OneLine(reply.ToString(), 80)}'. Check that it is a Redis server."
                );
        }
    }

    protected override ProbeVerdict? Explain(Exception error) => RedisTarget.Explain(error, Peer);

    private async Task<ProbeVerdict> LookCloserAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        if (_demands == new RedisDemands())
        {
            return ProbeVerdict.Healthy("PONG", $"{Peer} answers PONG.");
        }

        var replies = await connection
            .PipelineAsync([new("INFO", "replication"), new("INFO", "memory")], cancellationToken)
            .ConfigureAwait(false);
        return replies.Select(static r => r.Error).FirstOrDefault(static e => e is not null) is { } error
            ? RedisVerdict.Of(error, Peer)
            : RedisVerdict.Of(RedisInfo.Parse(string.Concat(replies.Select(static r => r.Text + "\n"))), _demands, Peer);
    }
}
