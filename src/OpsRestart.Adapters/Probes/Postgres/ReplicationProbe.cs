using Npgsql;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>
/// Streaming replication, from whichever side the server is: a primary is asked for its replicas and how far each lags
/// (pg_stat_replication), a replica for its receiver (pg_stat_wal_receiver).
/// </summary>
internal sealed class ReplicationProbe : ProbeBase
{
    private const string InRecovery = "SELECT pg_is_in_recovery()";

    // A base backup streams too, and is no replica. A replica may have replicas of its own.
    private const string Replicas = """
        SELECT coalesce(nullif(application_name, ''), 'replica') || coalesce('@' || host(client_addr), ''), state,
               pg_wal_lsn_diff(here, write_lsn)::float8, pg_wal_lsn_diff(here, flush_lsn)::float8, pg_wal_lsn_diff(here, replay_lsn)::float8
        FROM pg_stat_replication,
             (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS here) AS h
        WHERE state IS DISTINCT FROM 'backup'
        ORDER BY 1
        """;

    private const string Receiver = """
        SELECT status, pg_wal_lsn_diff(latest_end_lsn, pg_last_wal_receive_lsn())::float8,
               pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8
        FROM pg_stat_wal_receiver
        """;

    private static readonly string[] Lags = ["write", "flush", "replay"];
    private static readonly Limits UsualLag = new(Max: 80 * 1024 * 1024, WarnMax: 16 * 1024 * 1024);

    private readonly PostgresClient _client;
    private readonly ServerRole _role;

    /// <summary>Of the bytes that a replica lags behind.</summary>
    private readonly ProbeLimits _lag;

    /// <summary>Of the replicas that a primary has.</summary>
    private readonly Limits _replicas;

    public ReplicationProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _client = PostgresClient.Read(settings, settings.Target);
        _role = settings.Choice<ServerRole>("role") ?? ServerRole.Any;
        var lag = ProbeLimits.Read(settings, LimitScale.Bytes);
        _lag = lag.IsEmpty ? lag with { Bounds = UsualLag } : lag;
        var least = settings.Int("minReplicas") ?? 1;
        _replicas = new Limits(Min: least, WarnMin: settings.Int("warnReplicas") ?? Math.Max(2, least));
    }

    protected override string Peer => _client.Peer;

    protected override bool IsUnixSocket => _client.IsUnixSocket;

    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) =>
        _client.WithConnectionAsync(AskAsync, cancellationToken);

    protected override ProbeVerdict? Explain(Exception error) => _client.Explain(error, acceptAuthFailure: false);

    private async Task<ProbeVerdict> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var isReplica = await PostgresClient.ScalarAsync(connection, InRecovery, cancellationToken).ConfigureAwait(false) is true;
        var role = isReplica ? ServerRole.Replica : ServerRole.Primary;
        if (_role != ServerRole.Any && _role != role)
        {
            return ProbeVerdict.Unhealthy(
                role.ToString(),
                $"{Peer} is a {Word(role)}, not a {Word(_role)}. Check which host is the primary now."
            );
        }

        return isReplica
            ? OfReceiver(await PostgresClient.RowsAsync(connection, Receiver, cancellationToken).ConfigureAwait(false))
            : OfReplicas(await PostgresClient.RowsAsync(connection, Replicas, cancellationToken).ConfigureAwait(false));
    }

    private ProbeVerdict OfReplicas(IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        if (rows.Any(static r => r[1] is null))
        {
            return NotAllowed("pg_stat_replication");
        }

        var count = _replicas.Breach(rows.Count) switch
        {
            null => ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} has {rows.Count} replicas, all streaming."),
            _ when rows.Count == 0 => ProbeVerdict.Unhealthy("NoReplica", $"{Peer} has no replica. Check that one runs and may connect."),
            var few => new ProbeVerdict(
                few.Status,
                "TooFewReplicas",
                string.Create(CultureInfo.InvariantCulture, $"{Peer} has {rows.Count} of {few.Bound} replicas. See which is missing.")
            ),
        };
        count = count with { Measures = _replicas.Measure("replicas", rows.Count) };
        return ProbeVerdict.Worst([count, .. rows.SelectMany(OfReplica)])!;
    }

    private IEnumerable<ProbeVerdict> OfReplica(IReadOnlyList<object?> row)
    {
        var name = ForeignText.OneLine((string)row[0]!, 80);
        if (row[1] is not "streaming")
        {
            yield return ProbeVerdict.Unhealthy(
                "NotStreaming",
                $"Replica {name} of {Peer} is in state '{ForeignText.OneLine((string)row[1]!, 40)}', not streaming. See its log."
            );
        }

        for (var i = 0; i < Lags.Length; i++)
        {
            if (row[2 + i] is double lag)
            {
                yield return Lag(lag, $"{name} {Lags[i]}_lag", $"The {Lags[i]} lag of replica {name} of {Peer} is");
            }
        }
    }

    private ProbeVerdict OfReceiver(IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        if (rows.Count == 0)
        {
            return ProbeVerdict.Unhealthy(
                "NoReceiver",
                $"{Peer} is a replica, and nothing receives from a primary. Check primary_conninfo and the primary."
            );
        }

        var (status, received, replayed) = (rows[0][0] as string, rows[0][1] as double?, rows[0][2] as double?);
        if (status is null)
        {
            return NotAllowed("pg_stat_wal_receiver");
        }

        var state =
            status == "streaming"
                ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} is a replica and streaming.")
                : ProbeVerdict.Unhealthy(
                    "NotStreaming",
                    $"The receiver of {Peer} is in state '{ForeignText.OneLine(status, 40)}', not streaming. See its log."
                );
        List<ProbeVerdict> all = [state];
        if (received is { } r)
        {
            all.Add(Lag(Math.Max(0, r), "receive_lag", $"What {Peer} has yet to receive is"));
        }

        if (replayed is { } p)
        {
            all.Add(Lag(p, "replay_lag", $"What {Peer} has received and not replayed is"));
        }

        return ProbeVerdict.Worst(all)!;
    }

    private ProbeVerdict Lag(double bytes, string name, string what) =>
        _lag.Judge(bytes, name, what, "Check the network and the load of the replica.");

    private ProbeVerdict NotAllowed(string view) =>
        ProbeVerdict.Unknown("NotAllowed", $"{Peer} does not show {view} to this user. Grant it: GRANT pg_monitor TO the user.");

    private static string Word(ServerRole role) => role == ServerRole.Replica ? "replica" : "primary";
}
