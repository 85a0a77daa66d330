using Npgsql;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>Logs in, as a client does, and asks what it was told to ask.</summary>
internal sealed class PostgresProbe : ProbeBase
{
    private readonly PostgresClient _client;

    /// <summary>
    /// A server that refuses the login is up, and that is enough: so by default when the target has no password and nothing is to be asked
    /// of the server.
    /// </summary>
    private readonly bool _acceptAuthFailure;

    /// <summary>Run after connecting; its first value is compared with what is expected.</summary>
    private readonly string? _query;
    private readonly string? _expect;
    private readonly ServerRole _role;

    public PostgresProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _client = PostgresClient.Read(settings, settings.Target);
        _query = settings.Text("query");
        _expect = settings.Text("expect");
        _role = settings.Choice<ServerRole>("role") ?? ServerRole.Any;
        if (_expect is not null && _query is null)
        {
            settings.Fail("expect", "needs a query whose value it is compared with", "Add query: \"select …\".");
        }

        var asks = _query is not null || _role != ServerRole.Any;
        var accept = settings.Flag("acceptAuthFailure");
        if (accept == true && asks)
        {
            settings.Fail("acceptAuthFailure", "can't be true with a query or role: both need a login");
        }

        _acceptAuthFailure = accept ?? !(_client.HasPassword || asks);
    }

    protected override string Peer => _client.Peer;

    protected override bool IsUnixSocket => _client.IsUnixSocket;

    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) =>
        _client.WithConnectionAsync(AskAsync, cancellationToken);

    protected override ProbeVerdict? Explain(Exception error) => _client.Explain(error, _acceptAuthFailure);

    private async Task<ProbeVerdict> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var replica =
            await PostgresClient.ScalarAsync(connection, "SELECT pg_is_in_recovery()", cancellationToken).ConfigureAwait(false) is true;
        var role = replica ? ServerRole.Replica : ServerRole.Primary;
        if (_role != ServerRole.Any && _role != role)
        {
            return ProbeVerdict.Unhealthy(
                role.ToString(),
                $"{Peer} is a {Word(role)}, not a {Word(_role)}. Check the replication and which host is the primary now."
            );
        }

        if (_query is null)
        {
            return ProbeVerdict.Healthy(
                ProbeReason.Ok,
                $"{Peer} takes connections ({Word(role)}, version {connection.PostgreSqlVersion})."
            );
        }

        var text = PostgresClient.Written(await PostgresClient.ScalarAsync(connection, _query, cancellationToken).ConfigureAwait(false));
        return _expect is null || string.Equals(text, _expect, StringComparison.Ordinal)
            ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} answered the query with '{ForeignText.OneLine(text, 80)}'.")
            : ProbeVerdict.Unhealthy(
                ProbeReason.Mismatch,
                $"{Peer} answered the query with '{ForeignText.OneLine(text, 80)}', not '{_expect}'."
            );
    }

    private static string Word(ServerRole role) => role == ServerRole.Replica ? "replica" : "primary";
}
