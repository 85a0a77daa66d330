using Npgsql;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>Signs in, as a client does, and asks what it was told to ask.</summary>
internal sealed class PostgresProbe(ProbeDefinition definition, PostgresProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private readonly PostgresClient client = new(options.Connection, options.Tls, definition.Timeout);

    protected override string Peer => client.Peer;

    protected override bool IsUnixSocket => client.IsUnixSocket;

    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) => client.WithConnectionAsync(AskAsync, cancellationToken);

    protected override ProbeVerdict? Explain(Exception error) => client.Explain(error, options.AcceptAuthFailure);

    private async Task<ProbeVerdict> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var replica = await PostgresClient.ScalarAsync(connection, "SELECT pg_is_in_recovery()", cancellationToken).ConfigureAwait(false) is true;
        var role = replica ? PostgresRole.Replica : PostgresRole.Primary;
        if (options.Role != PostgresRole.Any && options.Role != role)
        {
            return ProbeVerdict.Unhealthy(role.ToString(), $"{Peer} is a {Word(role)}, not a {Word(options.Role)}. Check the replication and which host is the primary now.");
        }

        if (options.Query is null)
        {
            return ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} takes connections ({Word(role)}, version {connection.PostgreSqlVersion}).");
        }

        var text = PostgresClient.Written(await PostgresClient.ScalarAsync(connection, options.Query, cancellationToken).ConfigureAwait(false));
        return options.Expect is null || string.Equals(text, options.Expect, StringComparison.Ordinal)
            ? ProbeVerdict.Healthy(ProbeReason.Ok, $"{Peer} answered the query with '{ProbeText.OneLine(text, 80)}'.")
            : ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"{Peer} answered the query with '{ProbeText.OneLine(text, 80)}', not '{options.Expect}'.");
    }

    private static string Word(PostgresRole role) => role == PostgresRole.Replica ? "replica" : "primary";
}
