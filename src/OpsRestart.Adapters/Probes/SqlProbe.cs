using Npgsql;
using OpsRestart.Adapters.Probes.Postgres;

namespace OpsRestart.Adapters.Probes;

/// <summary>Judges the first value of a query: the length of a backlog table, a lag, a flag.</summary>
internal sealed class SqlProbe : ProbeBase
{
    private readonly PostgresClient _client;
    private readonly string _query;

    /// <summary>The text that the value has to be.</summary>
    private readonly string? _expect;
    private readonly ProbeLimits _limits;

    public SqlProbe(ProbeSettings settings, ProbeContext context, TimeProvider time)
        : base(settings, context, time)
    {
        _query = settings.Target;
        if (_query.Length == 0)
        {
            settings.FailTarget("is empty", "Write a query: select count(*) from …");
        }

        var database = settings.Address("postgres");
        if (database is null)
        {
            settings.Fail("postgres", "is missing: the database to ask", "Add postgres: postgres://user@host/database.", "MissingValue");
        }

        _client = PostgresClient.Read(settings, database ?? "postgres://localhost/", "postgres");
        _limits = ProbeLimits.Read(settings);
        _expect = settings.Text("expect");
        if (_limits.IsEmpty && _expect is null)
        {
            settings.Fail("crit", "is missing: there is nothing to compare the value with", "Add expect, crit or warn.", "MissingValue");
        }
    }

    protected override string Peer => _client.Peer;

    protected override bool IsUnixSocket => _client.IsUnixSocket;

    protected override Task<ProbeVerdict> TryAsync(CancellationToken cancellationToken) =>
        _client.WithConnectionAsync(AskAsync, cancellationToken);

    protected override ProbeVerdict? Explain(Exception error) => _client.Explain(error, acceptAuthFailure: false);

    private async Task<ProbeVerdict> AskAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var text = PostgresClient.Written(await PostgresClient.ScalarAsync(connection, _query, cancellationToken).ConfigureAwait(false));
        if (_expect is { } expected && !string.Equals(text, expected, StringComparison.Ordinal))
        {
            return ProbeVerdict.Unhealthy(ProbeReason.Mismatch, $"The query gave '{ForeignText.OneLine(text, 80)}', not '{expected}'.");
        }

        if (_limits.IsEmpty)
        {
            return ProbeVerdict.Healthy(ProbeReason.Ok, $"The query gave '{ForeignText.OneLine(text, 80)}'.");
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? _limits.Judge(value, "value", "The query gave", "See what it counts.")
            : ProbeVerdict.Unhealthy(
                "NoNumber",
                $"The query gave '{ForeignText.OneLine(text, 80)}', which is no number. Correct the query."
            );
    }
}
