using Npgsql;
using OpsRestart.Adapters.Composition;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Probes;

public sealed class PostgresProbeTests
{
    [Fact]
    public async Task A_sign_in_is_checked_and_a_refusal_means_up_when_none_was_asked_for()
    {
        await using var server = await PostgresServer.StartAsync();
        var place = $"127.0.0.1:{server.Port}";
        var healthy = await ProbeCheck.RunAsync("postgres", server.Uri);
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", healthy);
        Assert.DoesNotContain("right", healthy.Target + healthy.Detail, StringComparison.Ordinal);
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "AuthenticationFailed",
            await ProbeCheck.RunAsync("postgres", $"postgres://ops:wrong@{place}/postgres?sslmode=disable")
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "AuthenticationFailed",
            await ProbeCheck.RunAsync("postgres", $"postgres://ops@{place}/postgres?sslmode=disable")
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "AuthenticationFailed",
            await ProbeCheck.RunAsync("postgres", $"postgres://ops@{place}/postgres", ("acceptAuthFailure", false))
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await ProbeCheck.RunAsync("postgres", $"postgres://ops@{place}/postgres", ("password", "right"))
        );
        ProbeCheck.Is(ProbeStatus.Unhealthy, "3D000", await ProbeCheck.RunAsync("postgres", $"postgres://ops:right@{place}/nothere"));
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await ProbeCheck.RunAsync("postgres", $"Host=127.0.0.1;Port={server.Port};Username=ops;Password=right;Database=postgres")
        );
    }

    [Fact]
    public async Task The_Unix_socket_with_peer_authentication_shows_that_it_is_up()
    {
        await using var server = await PostgresServer.StartAsync();
        var uri = $"postgres://ops@/postgres?host={server.Directory}&port={server.Port}";
        var up = await ProbeCheck.RunAsync("postgres", uri);
        ProbeCheck.Is(ProbeStatus.Healthy, "AuthenticationFailed", up);
        Assert.Contains("28000", up.Detail, StringComparison.Ordinal);
        await server.RunAsync("stop");
        ProbeCheck.Is(ProbeStatus.Unhealthy, "SocketNotFound", await ProbeCheck.RunAsync("postgres", uri));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Refused", await ProbeCheck.RunAsync("postgres", server.Uri));
    }

    [Fact]
    public async Task A_server_in_recovery_is_Starting_and_then_healthy()
    {
        await using var server = await PostgresServer.StartAsync("hot_standby = off\nrestore_command = 'false'");
        await server.RunAsync("stop");
        await Shell.BashAsync($"touch {server.Directory}/data/standby.signal; chown postgres {server.Directory}/data/standby.signal");
        await server.RunAsync("start", wait: false);
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("postgres", server.Uri)).Reason == "57P03");
        ProbeCheck.Is(ProbeStatus.Starting, "57P03", await ProbeCheck.RunAsync("postgres", server.Uri));
        await server.RunAsync("stop");
        File.Delete($"{server.Directory}/data/standby.signal");
        await server.RunAsync("start");
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("postgres", server.Uri));
    }

    [Fact]
    public async Task Waiting_outlives_a_restart()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var session = new OpsSession();
        await server.RunAsync("stop");
        var waiting = session.WaitHealthyAsync(
            ProbeCheck.Define("postgres", server.Uri) with
            {
                Within = TimeSpan.FromSeconds(20),
                Every = TimeSpan.FromMilliseconds(100),
            },
            default
        );
        await server.RunAsync("start", wait: false);
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await waiting);
    }

    [Fact]
    public async Task Taken_connections_a_query_and_a_role_are_judged()
    {
        await using var server = await PostgresServer.StartAsync();
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("postgres", server.Uri, ("role", "primary")));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Primary", await ProbeCheck.RunAsync("postgres", server.Uri, ("role", "replica")));
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await ProbeCheck.RunAsync(
                "postgres",
                server.Uri,
                ("query", "select count(*) from pg_roles where rolname = 'ops'"),
                ("expect", 1)
            )
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "Mismatch",
            await ProbeCheck.RunAsync("postgres", server.Uri, ("query", "select now()"), ("expect", "yesterday"))
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "42P01",
            await ProbeCheck.RunAsync("postgres", server.Uri, ("query", "select 1 from nothere"))
        );
        var taken = $"Host=127.0.0.1;Port={server.Port};Username=ops;Password=right;Database=postgres;Pooling=false";
        await using var one = new NpgsqlConnection(taken);
        await one.OpenAsync();
        await using var two = new NpgsqlConnection(taken);
        await two.OpenAsync();
        ProbeCheck.Is(ProbeStatus.Unhealthy, "53300", await ProbeCheck.RunAsync("postgres", server.Uri));
    }

    [Fact]
    public async Task A_value_of_a_query_is_held_to_limits()
    {
        await using var server = await PostgresServer.StartAsync();
        const string rows = "select count(*) from generate_series(1, 7)";
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("sql", rows, ("postgres", server.Uri), ("max", 7)));
        ProbeCheck.Is(
            ProbeStatus.Degraded,
            "TooHigh",
            await ProbeCheck.RunAsync("sql", rows, ("postgres", server.Uri), ("warnMax", 5), ("max", 10))
        );
        ProbeCheck.Is(ProbeStatus.Unhealthy, "TooHigh", await ProbeCheck.RunAsync("sql", rows, ("postgres", server.Uri), ("max", 5)));
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "NoNumber",
            await ProbeCheck.RunAsync("sql", "select null", ("postgres", server.Uri), ("max", 5))
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await ProbeCheck.RunAsync("sql", "select 1 = 1", ("postgres", server.Uri), ("expect", "true"))
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "AuthenticationFailed",
            await ProbeCheck.RunAsync("sql", rows, ("postgres", $"postgres://ops@127.0.0.1:{server.Port}/postgres"), ("max", 5))
        );
    }

    [Fact]
    public async Task A_stopped_process_is_a_Timeout()
    {
        await using var server = await PostgresServer.StartAsync();
        var pid = await server.PostmasterAsync();
        await Shell.BashAsync($"kill -STOP {pid}");
        await using var session = new OpsSession();
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "Timeout",
            (
                await session.CheckAsync(
                    [ProbeCheck.Define("postgres", server.Uri) with { Timeout = TimeSpan.FromMilliseconds(300) }],
                    default
                )
            )[0]
        );
        await Shell.BashAsync($"kill -CONT {pid}");
    }

    [Fact]
    public async Task The_certificate_is_judged_as_sslmode_asks()
    {
        await using var server = await PostgresServer.StartAsync();
        await Shell.BashAsync(
            $"""
            cd {server.Directory}/data
            openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 -keyout server.key -out server.crt 2>/dev/null
            chown postgres server.key server.crt; chmod 600 server.key; cp server.crt ..; chmod 644 ../server.crt; echo 'ssl = on' >> postgresql.conf
            """
        );
        await server.RunAsync("restart");
        var uri = $"postgres://ops:right@localhost:{server.Port}/postgres?sslmode=";
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("postgres", uri + "require"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "CertificateUntrusted", await ProbeCheck.RunAsync("postgres", uri + "verify-full"));
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await ProbeCheck.RunAsync("postgres", uri + "verify-full", ("caFile", $"{server.Directory}/server.crt"))
        );
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "OK",
            await ProbeCheck.RunAsync("postgres", $"{uri}verify-full&sslrootcert={server.Directory}/server.crt")
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "CertificateNameMismatch",
            await ProbeCheck.RunAsync(
                "postgres",
                $"postgres://ops:right@127.0.0.1:{server.Port}/postgres?sslmode=verify-full",
                ("caFile", $"{server.Directory}/server.crt")
            )
        );
    }
}
