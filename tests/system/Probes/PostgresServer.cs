using System.Globalization;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

/// <summary>
/// A PostgreSQL cluster of this test's own: user <c>ops</c> (password <c>right</c>, no superuser), five connections of which ops may have
/// two, scram over TCP, peer on the Unix socket.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private PostgresServer(string directory, int port) => (Directory, Port) = (directory, port);

    /// <summary>Holds <c>data</c> and the Unix socket.</summary>
    public string Directory { get; }

    public int Port { get; }

    public string Uri => string.Create(CultureInfo.InvariantCulture, $"postgres://ops:right@127.0.0.1:{Port}/postgres?sslmode=disable");

    public static async Task<PostgresServer> StartAsync(string settings = "")
    {
        var bin = await Shell.BashAsync("ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1 || true");
        Assert.SkipUnless(bin.Length > 0, "PostgreSQL is not installed here (package postgresql)");
        var server = new PostgresServer(
            global::System.IO.Directory.CreateTempSubdirectory("opsrestart-pg-").FullName,
            RedisServer.FreePort()
        );
        await Shell.BashAsync(
            $"""
            cd {server.Directory}; chown postgres .; echo super > pw; chmod 644 pw
            runuser -u postgres -- {bin}/initdb -D data --no-sync --auth-host=scram-sha-256 --auth-local=peer --pwfile=pw >/dev/null
            cat >> data/postgresql.conf <<'EOF'
            port = {server.Port}
            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{server.Directory}'
            max_connections = 5
            superuser_reserved_connections = 3
            max_wal_senders = 0
            fsync = off
            {settings}
            EOF
            """
        );
        await server.RunAsync("start");
        await Shell.BashAsync(
            $"cd /; runuser -u postgres -- psql -h {server.Directory} -p {server.Port} -qc \"CREATE ROLE ops LOGIN PASSWORD 'right'\""
        );
        return server;
    }

    /// <summary>start, stop, restart, reload by pg_ctl; a start waits until it accepts connections, unless told not to.</summary>
    public Task RunAsync(string verb, bool wait = true) =>
        Shell.BashAsync(
            $"cd /; runuser -u postgres -- $(ls -d /usr/lib/postgresql/*/bin | tail -1)/pg_ctl -D {Directory}/data -l {Directory}/log "
                + $"{(wait ? "-w" : "-W")} {(verb == "start" ? "" : "-m fast")} {verb} >/dev/null"
        );

    public Task<string> PostmasterAsync() => Shell.BashAsync($"head -1 {Directory}/data/postmaster.pid");

    public async ValueTask DisposeAsync()
    {
        await Shell.BashAsync($"kill -9 $(head -1 {Directory}/data/postmaster.pid 2>/dev/null) 2>/dev/null || true");
        global::System.IO.Directory.Delete(Directory, recursive: true);
    }
}
