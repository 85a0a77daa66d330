using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Redis;

/// <summary>Signs in, selects the database and sends PING. The reply is judged, not that there was one: an exit code of redis-cli would hide LOADING and NOAUTH.</summary>
internal sealed class RedisProbe(ProbeDefinition definition, RedisProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"Redis at {options.Endpoint.Display}";

    protected override bool IsUnixSocket => options.Endpoint.UnixPath is not null;

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        // The base bounds the try; the connection's own patience must not be the shorter one.
        var connection = await RedisConnection.OpenAsync(options.Endpoint, TryTimeout + TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
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
                : ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer} answered PING with '{ProbeText.OneLine(reply.ToString(), 80)}'. Check that it is a Redis server.");
        }
    }

    protected override ProbeVerdict? Explain(Exception error) => error is RedisException { Code: "Protocol" }
        ? ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer} does not speak Redis's protocol ({ProbeText.OneLine(error.Message)}). Check the port, and rediss:// for a TLS port.")
        : null;

    private async Task<ProbeVerdict> LookCloserAsync(RedisConnection connection, CancellationToken cancellationToken)
    {
        if (!options.NeedsInfo)
        {
            return ProbeVerdict.Healthy("PONG", $"{Peer} answers PONG.");
        }

        var replies = await connection.PipelineAsync([new("INFO", "replication"), new("INFO", "memory")], cancellationToken).ConfigureAwait(false);
        return replies.Select(static r => r.Error).FirstOrDefault(static e => e is not null) is { } error
            ? RedisVerdict.Of(error, Peer)
            : RedisVerdict.Of(RedisInfo.Parse(string.Concat(replies.Select(static r => r.Text + "\n"))), options, Peer);
    }
}
