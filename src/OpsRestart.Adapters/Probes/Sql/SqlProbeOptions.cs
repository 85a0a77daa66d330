using Npgsql;
using OpsRestart.Adapters.Probes.Postgres;

namespace OpsRestart.Adapters.Probes.Sql;

/// <summary>Settings of an sql probe. Target: a query; its first value is judged.</summary>
internal sealed record SqlProbeOptions : ProbeOptions
{
    public required string Query { get; init; }

    /// <summary><c>postgres</c>: the database, as the target of a postgres probe.</summary>
    public required NpgsqlConnectionStringBuilder Connection { get; init; }

    public ProbeTls? Tls { get; init; }

    /// <summary><c>expect</c>: the text that the value has to be.</summary>
    public string? Expect { get; init; }

    /// <summary><c>min</c>, <c>max</c>, <c>warnMin</c>, <c>warnMax</c> of a number.</summary>
    public required ProbeLimits Limits { get; init; }

    public static SqlProbeOptions Read(ProbeSettings settings)
    {
        if (settings.Target.Length == 0)
        {
            settings.FailTarget("is empty", "Write a query: select count(*) from …");
        }

        var database = settings.Address("postgres");
        if (database is null)
        {
            settings.Fail("postgres", "is missing: the database to ask", "Add postgres: postgres://user@host/database.", "MissingValue");
        }

        var connection = PostgresProbeOptions.ReadConnection(settings, database ?? "postgres://localhost/", "postgres");
        var limits = ProbeLimits.Read(settings);
        var expect = settings.Text("expect");
        if (limits.IsEmpty && expect is null)
        {
            settings.Fail("max", "is missing: there is nothing to compare the value with", "Add expect, min, max, warnMin or warnMax.", "MissingValue");
        }

        return new SqlProbeOptions { Query = settings.Target, Connection = connection, Tls = PostgresProbeOptions.ReadTls(settings, connection), Expect = expect, Limits = limits };
    }
}
