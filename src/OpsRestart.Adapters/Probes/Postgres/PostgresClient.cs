using Npgsql;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>Fresh connections to one server, and what their failures mean.</summary>
/// <param name="connection">Where and as whom.</param>
/// <param name="tls">Judges the certificate; null: sslmode alone decides.</param>
/// <param name="patience">How long a server may take to let us in. While it logs in Npgsql heeds no token, and keeps its socket for as
/// long.</param>
internal sealed class PostgresClient(NpgsqlConnectionStringBuilder connection, Tls? tls, TimeSpan patience)
{
    /// <summary>For sentences: "PostgreSQL at db:5432".</summary>
    public string Peer => $"PostgreSQL at {Address}";

    public bool IsUnixSocket => connection.Host is ['/', ..];

    public bool HasPassword => !string.IsNullOrEmpty(connection.Password);

    /// <param name="settings">Where faults go; its <c>password</c> is put over the one in the text.</param>
    /// <param name="text">A URI or pairs.</param>
    /// <param name="key">The setting that the text is from; null: the target.</param>
    public static PostgresClient Read(ProbeSettings settings, string text, string? key = null)
    {
        var connection = new NpgsqlConnectionStringBuilder();
        try
        {
            connection = PostgresUri.Parse(text);
        }
        catch (FormatException e)
        {
            settings.FailAt(
                key,
                $"can't be read: {e.Message}",
                "Write postgres://user@host:5432/database, or postgres://user@/database?host=/run/postgresql for a Unix socket."
            );
        }

        if (settings.Text("password") is { } password)
        {
            connection.Password = password;
        }

        connection.Host ??= "localhost";
        connection.Username ??= Environment.UserName;
        connection.Pooling = false;
        connection.ApplicationName ??= "opsrestart";
        return new(connection, ReadTls(settings, connection), settings.Definition.Timeout);
    }

    // As libpq: verify-ca does not look at the name, and require with an authority's file is verify-ca.
    private static Tls? ReadTls(ProbeSettings settings, NpgsqlConnectionStringBuilder connection)
    {
        var tls = settings.ReadTls();
        var authority = tls.AuthorityFile ?? connection.RootCertificate;
        connection.RootCertificate = null;
        var mode = connection.SslMode;
        if (mode < SslMode.VerifyCA && authority is null && tls.Verify && tls.ServerName is null)
        {
            return null;
        }

        // Npgsql leaves the judgement to us only when it has none of its own to make.
        connection.SslMode = mode == SslMode.Disable || (!tls.Verify && mode < SslMode.Require) ? mode : SslMode.Require;
        return tls with { AuthorityFile = authority, AnyName = mode != SslMode.VerifyFull && tls.ServerName is null };
    }

    private string Address =>
        connection.Host is ['/', ..] directory
            ? string.Create(CultureInfo.InvariantCulture, $"{directory.TrimEnd('/')}/.s.PGSQL.{connection.Port}")
        : connection.Host!.Contains(',') ? connection.Host
        : string.Create(CultureInfo.InvariantCulture, $"{connection.Host}:{connection.Port}");

    /// <summary>Connects, hands the connection over, and closes everything.</summary>
    public async Task<ProbeVerdict> WithConnectionAsync(
        Func<NpgsqlConnection, CancellationToken, Task<ProbeVerdict>> ask,
        CancellationToken cancellationToken
    )
    {
        var source = Build();
        await using (source.ConfigureAwait(false))
        {
            var open = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (open.ConfigureAwait(false))
            {
                return await ask(open, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The first value of the first row; null: no row, or an SQL null.</summary>
    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            var value = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return value is DBNull ? null : value;
        }
    }

    /// <summary>All rows; an SQL null is null.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<object?>>> RowsAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellationToken
    )
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = new List<IReadOnlyList<object?>>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    var row = new object[reader.FieldCount];
                    reader.GetValues(row);
                    rows.Add([.. row.Select(static v => v is DBNull ? null : v)]);
                }

                return rows;
            }
        }
    }

    /// <summary>A value as it would be written, in no locale.</summary>
    public static string Written(object? value) =>
        value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    /// <summary>What the server or Npgsql said; null: it is a failure of the network.</summary>
    public ProbeVerdict? Explain(Exception error, bool acceptAuthFailure)
    {
        var verdict = new PostgresVerdict(Peer, connection, acceptAuthFailure);
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (e is PostgresException server)
            {
                return verdict.Of(server.SqlState, server.MessageText);
            }
        }

        if (IsOfTheNetwork(error))
        {
            return null;
        }

        // What Npgsql can't make sense of shows as whatever its reader stumbled over, down to an array of that size.
        if (error is not NpgsqlException { InnerException: null })
        {
            return ProbeVerdict.Unhealthy(
                ProbeReason.ProtocolError,
                $"{Peer} does not speak PostgreSQL's protocol, or asks for a login that is not known here. Check that it is a "
                    + "PostgreSQL server."
            );
        }

        // The server asked for a password and Npgsql had none: there is no SQLSTATE, because the server was not answered.
        return error.Message.StartsWith("No password", StringComparison.Ordinal)
            ? verdict.OfSignIn("it asks for a password and none is given")
            : ProbeVerdict.Unhealthy(
                ProbeReason.ProtocolError,
                $"{Peer}: {ForeignText.OneLine(error.Message)}. Check that it is a PostgreSQL server, and sslmode."
            );
    }

    private static bool IsOfTheNetwork(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            if (
                e
                is TlsException
                    or System.Net.Sockets.SocketException
                    or System.Security.Authentication.AuthenticationException
                    or IOException
                    or TimeoutException
            )
            {
                return true;
            }
        }

        return false;
    }

    private NpgsqlDataSource Build()
    {
        connection.Timeout = (int)Math.Clamp(Math.Ceiling(patience.TotalSeconds), 1, 60);
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);

        // Types need not be looked up for one value; pgbouncer's own database could not answer that.
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        if (tls is not null)
        {
            // Npgsql would only say that the certificate was rejected; this names its fault.
            builder.UseSslClientAuthenticationOptionsCallback(ssl =>
            {
                var ours = tls.ToClientOptions(connection.Host ?? "localhost");
                ssl.TargetHost = ours.TargetHost;
                ssl.CertificateChainPolicy = ours.CertificateChainPolicy;
                ssl.RemoteCertificateValidationCallback = ours.RemoteCertificateValidationCallback;
            });
        }

        return builder.Build();
    }
}
