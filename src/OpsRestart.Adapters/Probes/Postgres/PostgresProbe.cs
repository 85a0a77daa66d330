using System.Globalization;
using Npgsql;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>Signs in, as a client does, and asks what it was told to ask. SQLSTATEs are judged one by one (postgresql.org, appendix A).</summary>
internal sealed class PostgresProbe(ProbeDefinition definition, PostgresProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    protected override string Peer => $"PostgreSQL at {Address(options.Connection)}";

    protected override bool IsUnixSocket => options.Connection.Host is ['/', ..];

    protected override async Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken)
    {
        var source = Build();
        await using (source.ConfigureAwait(false))
        {
            var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await AskAsync(connection, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    protected override ProbeVerdict? Explain(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is PostgresException server)
            {
                return PostgresVerdict.Of(server.SqlState, server.MessageText, Peer, options);
            }
        }

        if (error is not NpgsqlException { InnerException: null })
        {
            return null;
        }

        // The server asked for a password and Npgsql had none: there is no SQLSTATE, because the server was not answered.
        return error.Message.StartsWith("No password", StringComparison.Ordinal)
            ? PostgresVerdict.OfSignIn("it asks for a password and none is given", Peer, options)
            : ProbeVerdict.Unhealthy(ProbeReason.ProtocolError, $"{Peer}: {ProbeText.OneLine(error.Message)}. Check that it is a PostgreSQL server, and sslmode.");
    }

    private NpgsqlDataSource Build()
    {
        var builder = new NpgsqlDataSourceBuilder(options.Connection.ConnectionString);

        // Types need not be looked up for one value; pgbouncer's own database could not answer that.
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        if (options.Tls is { } tls)
        {
            // Npgsql would only say that the certificate was rejected; this names its fault.
            builder.UseSslClientAuthenticationOptionsCallback(ssl =>
            {
                var ours = tls.ToClientOptions(options.Connection.Host ?? "localhost");
                ssl.TargetHost = ours.TargetHost;
                ssl.CertificateChainPolicy = ours.CertificateChainPolicy;
                ssl.RemoteCertificateValidationCallback = ours.RemoteCertificateValidationCallback;
            });
        }

        return builder.Build();
    }

    private async Task<ProbeVerdict> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ScalarAsync(connection, "SELECT pg_is_in_recovery()", cancellationToken).ConfigureAwait(false) is not bool replica)
        {
            replica = false;
        }

        var role = replica ? PostgresRole.Replica : PostgresRole.Primary;
        if (options.Role != PostgresRole.Any && options.Role != role)
        {
            return ProbeVerdict.Unhealthy(role.ToString(), $"{Peer} is a {Word(role)}, not a {Word(options.Role)}. Check the replication and which host is the primary now.");
        }

        if (options.Query is null)
        {
            return ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} takes connections ({Word(role)}, version {connection.PostgreSqlVersion}).");
        }

        var value = await ScalarAsync(connection, options.Query, cancellationToken).ConfigureAwait(false);
        var text = Written(value);
        return options.Expect is null || string.Equals(text, options.Expect, StringComparison.Ordinal)
            ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} answered the query with '{ProbeText.OneLine(text, 80)}'.")
            : ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{Peer} answered the query with '{ProbeText.OneLine(text, 80)}', not '{options.Expect}'.");
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Word(PostgresRole role) => role == PostgresRole.Replica ? "replica" : "primary";

    private static string Written(object? value) => value switch
    {
        null or DBNull => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Address(NpgsqlConnectionStringBuilder connection) => connection.Host is ['/', ..] directory
        ? string.Create(CultureInfo.InvariantCulture, $"{directory.TrimEnd('/')}/.s.PGSQL.{connection.Port}")
        : connection.Host!.Contains(',') ? connection.Host : string.Create(CultureInfo.InvariantCulture, $"{connection.Host}:{connection.Port}");
}
