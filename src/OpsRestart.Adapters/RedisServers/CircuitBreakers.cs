using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.RedisServers;

/// <summary>Keys in which applications note calls that fail: <c>circuit_breaker:NAME</c>, a map in JSON with <c>failures</c>.</summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    /// <summary>So many keys are asked for at once.</summary>
    private const int Batch = 200;

    /// <summary>All whose key begins with the prefix, by name.</summary>
    /// <exception cref="OpsRestartException">InvalidArgument; a RedisException for what the server or the way to it says.</exception>
    public async Task<IReadOnlyList<CircuitBreaker>> FindAsync(string address, string prefix, CancellationToken cancellationToken)
    {
        var endpoint = RedisEndpoint.Parse(address, Secrets.Resolve);
        var connection = await RedisConnection.ConnectAsync(endpoint, null, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var keys =
                await RedisKeys.FindAsync(connection, RedisKeys.Escape(prefix) + "*", cancellationToken).ConfigureAwait(false)
                ?? throw new OpsRestartException(
                    OpsError.InvalidArgument,
                    $"Redis at {endpoint.Display} has more than {RedisKeys.Most:N0} keys that begin with '{prefix}'.",
                    prefix,
                    "Give a longer prefix."
                );
            var found = new List<CircuitBreaker>();
            foreach (var batch in keys.Order(StringComparer.Ordinal).Chunk(Batch))
            {
                found.AddRange(await ReadAsync(connection, batch, prefix, cancellationToken).ConfigureAwait(false));
            }

            return found;
        }
    }

    /// <summary>Removes one, so that its calls are tried again. False: it was gone already.</summary>
    /// <exception cref="OpsRestartException">InvalidArgument; a RedisException for what the server or the way to it says.</exception>
    public static async Task<bool> ResetAsync(string address, string key, CancellationToken cancellationToken)
    {
        var endpoint = RedisEndpoint.Parse(address, Secrets.Resolve);
        var connection = await RedisConnection.ConnectAsync(endpoint, null, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return (await connection.CallAsync(new("DEL", key), cancellationToken).ConfigureAwait(false)).Integer > 0;
        }
    }

    private async Task<IEnumerable<CircuitBreaker>> ReadAsync(
        RedisConnection connection,
        string[] keys,
        string prefix,
        CancellationToken cancellationToken
    )
    {
        var replies = await connection
            .PipelineAsync(
                [.. keys.Select(static k => new RedisCommand("GET", k)), .. keys.Select(static k => new RedisCommand("PTTL", k))],
                cancellationToken
            )
            .ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;
        return keys.Select((key, i) => (Key: key, Value: replies[i], Life: replies[keys.Length + i].Integer))
            // It ended between the two questions.
            .Where(static k => !k.Value.IsNull)
            .Select(k =>
                Of(k.Value) with
                {
                    Name = k.Key[prefix.Length..],
                    Key = k.Key,
                    Target = connection.Endpoint.Display,
                    TimeToLive = k.Life >= 0 ? TimeSpan.FromMilliseconds(k.Life) : null,
                    SampledAt = now,
                }
            );
    }

    private static CircuitBreaker Of(RedisReply value)
    {
        var empty = new CircuitBreaker
        {
            Name = "",
            Key = "",
            Target = "",
        };
        if (value.Error is { } error)
        {
            return empty with { Problem = error.Code == "WRONGTYPE" ? "Its value is no text." : ForeignText.OneLine(error.Message, 120) };
        }

        try
        {
            var said = ForeignJson.Parse(value.Text ?? "");
            return said.IsMap
                ? empty with
                {
                    Failures = said["failures"].Whole,
                    State = said["state"].Text is { } state ? ForeignText.OneLine(state, 40) : null,
                }
                : empty with
                {
                    Problem = "Its value is JSON, and no map.",
                };
        }
        catch (ForeignJsonException)
        {
            return empty with { Problem = "Its value is no JSON." };
        }
    }
}
