using System.Globalization;
using Npgsql;
using OpsRestart.Adapters.Probes.Postgres;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Probes.Sql;

/// <summary>Judges the first value of a query: the length of a backlog table, a lag, a flag.</summary>
internal sealed class SqlProbe(ProbeDefinition definition, SqlProbeOptions options, ProbeContext context, TimeProvider time)
    : ProbeBase(definition, options, context, time)
{
    private readonly PostgresClient client = new(options.Connection, options.Tls, definition.Timeout);

    protected override string Peer => client.Peer;

    protected override bool IsUnixSocket => client.IsUnixSocket;

    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) => client.WithConnectionAsync(AskAsync, cancellationToken);

    protected override ProbeVerdict? Explain(Exception error) => client.Explain(error, acceptAuthFailure: false);

    private async Task<ProbeVerdict> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var text = PostgresClient.Written(await PostgresClient.ScalarAsync(connection, options.Query, cancellationToken).ConfigureAwait(false));
        if (options.Expect is { } expected && !string.Equals(text, expected, StringComparison.Ordinal))
        {
            return ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"The query gave '{ProbeText.OneLine(text, 80)}', not '{expected}'.");
        }

        if (options.Limits.IsEmpty)
        {
            return ProbeVerdict.Healthy(ProbeReason.Ok, $"The query gave '{ProbeText.OneLine(text, 80)}'.");
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? options.Limits.Judge(value, "The query gave", "See what it counts.")
            : ProbeVerdict.Unhealthy("NoNumber", $"The query gave '{ProbeText.OneLine(text, 80)}', which is no number. Correct the query.");
    }
}
