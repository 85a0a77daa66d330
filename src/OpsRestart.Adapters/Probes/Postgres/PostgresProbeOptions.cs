using Npgsql;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>Settings of a postgres probe. Target: a URI or pairs, see <see cref="PostgresUri"/>.</summary>
internal sealed record PostgresProbeOptions : ProbeOptions
{
    /// <summary>The OS user, localhost:5432 and no pooling where the target does not say otherwise.</summary>
    public required NpgsqlConnectionStringBuilder Connection { get; init; }

    /// <summary>
    /// <c>acceptAuthFailure</c>: a server that refuses the sign-in is up, and that is enough. Default: true when the target has no password
    /// and nothing is to be asked of the server (no query, no role).
    /// </summary>
    public bool AcceptAuthFailure { get; init; }

    /// <summary><c>query</c>: run after connecting; its first value is compared with <c>expect</c> where that is given.</summary>
    public string? Query { get; init; }

    /// <summary><c>expect</c>: the text of the query's first value.</summary>
    public string? Expect { get; init; }

    /// <summary><c>role</c>: any (default), primary or replica.</summary>
    public PostgresRole Role { get; init; }

    /// <summary>Judges the certificate when sslmode, <c>insecure</c>, <c>caFile</c> or <c>serverName</c> ask for that; null: none of them does.</summary>
    public ProbeTls? Tls { get; init; }

    public static PostgresProbeOptions Read(ProbeSettings settings)
    {
        var connection = ReadConnection(settings, settings.Target);
        var query = settings.Text("query");
        var expect = settings.Text("expect");
        if (expect is not null && query is null)
        {
            settings.Fail("expect", "needs a query whose value it is compared with", "Add query: \"select …\".");
        }

        var role = settings.Choice<PostgresRole>("role") ?? PostgresRole.Any;
        var accept = settings.Flag("acceptAuthFailure");
        if (accept == true && (query is not null || role != PostgresRole.Any))
        {
            settings.Fail("acceptAuthFailure", "can't be true with a query or role: both need a sign-in");
        }

        return new PostgresProbeOptions
        {
            Connection = connection,
            Query = query,
            Expect = expect,
            Role = role,
            AcceptAuthFailure = accept ?? (string.IsNullOrEmpty(connection.Password) && query is null && role == PostgresRole.Any),
            Tls = ReadTls(settings, connection),
        };
    }

    /// <param name="settings">Where faults go; its <c>password</c> is put over the one in the text.</param>
    /// <param name="text">A URI or pairs.</param>
    /// <param name="key">The setting that the text is from; null: the target.</param>
    public static NpgsqlConnectionStringBuilder ReadConnection(ProbeSettings settings, string text, string? key = null)
    {
        var connection = new NpgsqlConnectionStringBuilder();
        try
        {
            connection = PostgresUri.Parse(text);
        }
        catch (FormatException e)
        {
            settings.FailAt(key, $"can't be read: {e.Message}", "Write postgres://user@host:5432/database, or postgres://user@/database?host=/run/postgresql for a Unix socket.");
        }

        if (settings.Text("password") is { } password)
        {
            connection.Password = password;
        }

        connection.Host ??= "localhost";
        connection.Username ??= Environment.UserName;
        connection.Pooling = false;
        connection.ApplicationName ??= "opsrestart";
        return connection;
    }

    // As libpq: verify-ca does not look at the name, and require with an authority's file is verify-ca.
    public static ProbeTls? ReadTls(ProbeSettings settings, NpgsqlConnectionStringBuilder connection)
    {
        var tls = ProbeTls.Read(settings);
        var authority = tls.CaFile ?? connection.RootCertificate;
        connection.RootCertificate = null;
        var mode = connection.SslMode;
        if (mode < SslMode.VerifyCA && authority is null && !tls.Insecure && tls.ServerName is null)
        {
            return null;
        }

        // Npgsql leaves the judgement to us only when it has none of its own to make.
        connection.SslMode = mode == SslMode.Disable || (tls.Insecure && mode < SslMode.Require) ? mode : SslMode.Require;
        return tls with { CaFile = authority, AnyName = mode != SslMode.VerifyFull && tls.ServerName is null };
    }
}
