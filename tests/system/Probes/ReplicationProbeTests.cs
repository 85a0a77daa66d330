using System.Globalization;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

/// <summary>A primary and a replica of its own that streams from it.</summary>
public sealed class ReplicationProbeTests
{
    private const string Streams = "wal_level = replica\nmax_wal_senders = 5\nhot_standby = on\nwal_receiver_status_interval = 1s";

    [Fact]
    public async Task Both_sides_say_whether_they_stream_and_how_far_they_are()
    {
        await using var primary = await PostgresServer.StartAsync(Streams);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NoReplica", await ProbeCheck.RunAsync("replication", primary.Uri));
        await using var replica = await ReplicaAsync(primary);

        // Without the role the views show that there is a replica, and nothing of it.
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("replication", primary.Uri)).Reason == "NotAllowed");
        ProbeCheck.Is(ProbeStatus.Unknown, "NotAllowed", await ProbeCheck.RunAsync("replication", replica.Uri));
        await AskAsync(primary, "GRANT pg_monitor TO ops");
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("replication", replica.Uri)).Status == ProbeStatus.Healthy);

        var one = await ProbeCheck.RunAsync("replication", primary.Uri);
        ProbeCheck.Is(ProbeStatus.Degraded, "TooFewReplicas", one);
        Assert.Equal("1:", one.Measures.Single(static m => m.Name == "replicas").Crit);
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooFewReplicas", await ProbeCheck.RunAsync("replication", primary.Uri, ("minReplicas", 2)));
        var enough = await ProbeCheck.RunAsync("replication", primary.Uri, ("warnReplicas", 1));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", enough);
        Assert.Equal(
            ["flush_lag", "replay_lag", "write_lag"],
            enough.Measures.Where(static m => m.Unit == "B").Select(static m => m.Name.Split(' ')[^1]).Order()
        );
        Assert.All(enough.Measures.Where(static m => m.Unit == "B"), static m => Assert.Equal(("16777216", "83886080"), (m.Warn, m.Crit)));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Primary", await ProbeCheck.RunAsync("replication", primary.Uri, ("role", "replica")));
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("replication", replica.Uri, ("role", "replica")));
    }

    [Fact]
    public async Task A_replica_that_does_not_replay_lags_and_one_without_its_primary_receives_nothing()
    {
        await using var primary = await PostgresServer.StartAsync(Streams);
        await AskAsync(primary, "GRANT pg_monitor TO ops");
        await using var replica = await ReplicaAsync(primary);
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("replication", replica.Uri)).Status == ProbeStatus.Healthy);

        await AskAsync(replica, "SELECT pg_wal_replay_pause()");
        await AskAsync(primary, "CREATE TABLE filler AS SELECT i, repeat('x', 100) AS t FROM generate_series(1, 30000) AS i");
        (string, object?)[] limits = [("warn", "64K"), ("crit", "1M"), ("warnReplicas", 1)];
        foreach (var side in new[] { primary.Uri, replica.Uri })
        {
            await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("replication", side, limits)).Reason == "TooHigh");
            var lag = await ProbeCheck.RunAsync("replication", side, limits);
            ProbeCheck.Is(ProbeStatus.Unhealthy, "TooHigh", lag);
            Assert.Contains(lag.Measures, static m => m.Name.EndsWith("replay_lag", StringComparison.Ordinal) && m.Value > 1 << 20);
            ProbeCheck.Is(
                ProbeStatus.Degraded,
                "TooHigh",
                await ProbeCheck.RunAsync("replication", side, ("warn", "64K"), ("crit", "1G"), ("warnReplicas", 1))
            );
        }

        await AskAsync(replica, "SELECT pg_wal_replay_resume()");
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("replication", replica.Uri, limits)).Reason == "OK");
        await primary.RunAsync("stop");
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("replication", replica.Uri)).Reason == "NoReceiver");
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NoReceiver", await ProbeCheck.RunAsync("replication", replica.Uri));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Refused", await ProbeCheck.RunAsync("replication", primary.Uri));
    }

    [Fact]
    public async Task A_backlog_table_is_held_to_limits()
    {
        await using var server = await PostgresServer.StartAsync();
        await AskAsync(server, "CREATE TABLE fts_update_log (id int); GRANT SELECT ON fts_update_log TO ops");
        const string Query = "select count(*) from fts_update_log";

        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("sql", Query, ("postgres", server.Uri), ("crit", 5)));
        await AskAsync(server, "INSERT INTO fts_update_log SELECT generate_series(1, 6)");
        var six = await ProbeCheck.RunAsync("sql", Query, ("postgres", server.Uri), ("crit", 5));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooHigh", six);
        Assert.Equal((6, "5"), (six.Measures[0].Value, six.Measures[0].Crit));
        ProbeCheck.Is(
            ProbeStatus.Degraded,
            "TooHigh",
            await ProbeCheck.RunAsync("sql", Query, ("postgres", server.Uri), ("warn", "5"), ("crit", "50"))
        );
    }

    private static async Task<Replica> ReplicaAsync(PostgresServer primary)
    {
        var (folder, port) = (Directory.CreateTempSubdirectory("opsrestart-pg-replica-").FullName, RedisServer.FreePort());
        await Shell.BashAsync(
            $"""
            cd {folder}; chown postgres .; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
            runuser -u postgres -- $bin/pg_basebackup -h {primary.Directory} -p {primary.Port} -D data -R -c fast --no-sync
            printf "port = {port}\nunix_socket_directories = '{folder}'\n" >> data/postgresql.conf
            runuser -u postgres -- $bin/pg_ctl -D data -l log -w start >/dev/null
            """
        );
        return new Replica(folder, port);
    }

    private static Task<string> AskAsync(PostgresServer server, string sql) => AskAsync(server.Directory, server.Port, sql);

    private static Task<string> AskAsync(Replica server, string sql) => AskAsync(server.Folder, server.Port, sql);

    private static Task<string> AskAsync(string folder, int port, string sql) =>
        Shell.BashAsync($"cd /; runuser -u postgres -- psql -h {folder} -p {port} -v ON_ERROR_STOP=1 -qAtc \"{sql}\"");

    private sealed record Replica(string Folder, int Port) : IAsyncDisposable
    {
        public string Uri => string.Create(CultureInfo.InvariantCulture, $"postgres://ops:right@127.0.0.1:{Port}/postgres?sslmode=disable");

        public async ValueTask DisposeAsync()
        {
            await Shell.BashAsync($"kill -9 $(head -1 {Folder}/data/postmaster.pid 2>/dev/null) 2>/dev/null || true");
            Directory.Delete(Folder, recursive: true);
        }
    }
}
