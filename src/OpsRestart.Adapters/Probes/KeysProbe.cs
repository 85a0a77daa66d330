using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Probes;

/// <summary>How many keys of a Redis database fit a pattern.</summary>
internal sealed class KeysProbe : ProbeBase
{
    private readonly RedisEndpoint _endpoint;

    /// <summary>As in SCAN's MATCH. Null: all keys, which the server counts itself.</summary>
    private readonly string? _match;
    private readonly ProbeLimits _limits;

    public KeysProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _endpoint = RedisTarget.Read(settings);
        _match = settings.Text("match");
        _limits = ProbeLimits.Read(settings, LimitScale.Count);
        if (_limits.IsEmpty)
        {
            settings.Fail(
                "crit",
                "is missing: there is nothing to compare the number of keys with",
                "Add crit: '1:' for at least one, warn: 1000, or both.",
                "MissingValue"
            );
        }
    }

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

            return await CountAsync(connection, cancellationToken).ConfigureAwait(false) is { } count
                ? _limits.Judge(
                    count,
                    "keys",
                    $"{Peer} has, of keys {(_match is null ? "of all names" : $"like {ForeignText.OneLine(_match, 80)}")},",
                    "See who writes them, or no longer does.",
                    static n => n.ToString("0", CultureInfo.InvariantCulture)
                )
                : ProbeVerdict.Unknown(
                    "NotCounted",
                    FormattableString.Invariant($"{Peer} has more than {RedisKeys.Most:N0} such keys, which are not counted one by one.")
                );
        }
    }

    protected override ProbeVerdict? Explain(Exception error) =>
        RedisTarget.Explain(error, Peer) ?? (error is RedisException ? ProbeVerdict.OfAdapter(error) : null);

    private async Task<long?> CountAsync(RedisConnection connection, CancellationToken cancellationToken) =>
        _match is null
            ? (await connection.CallAsync(new("DBSIZE"), cancellationToken).ConfigureAwait(false)).Integer
            : (await RedisKeys.FindAsync(connection, _match, cancellationToken).ConfigureAwait(false))?.Count;
}
