using Npgsql;

namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>What an SQLSTATE says about the server's health (postgresql.org, appendix A, "PostgreSQL Error Codes").</summary>
internal sealed class PostgresVerdict(string peer, NpgsqlConnectionStringBuilder connection, bool acceptAuthFailure)
{
    public ProbeVerdict Of(string sqlState, string message)
    {
        var said = $"{sqlState}: {ForeignText.OneLine(message).TrimEnd('.')}";
        return sqlState switch
        {
            // cannot_connect_now: starting up, in recovery, or shutting down.
            "57P03" => ProbeVerdict.Starting(sqlState, $"{peer} is not ready yet ({said}). It is asked again until the time is over."),

            // admin_shutdown, crash_shutdown: it went away under us.
            "57P01" or "57P02" => ProbeVerdict.Unhealthy(sqlState, $"{peer} is shutting down ({said}). Look at its log."),
            "53300" => ProbeVerdict.Unhealthy(
                sqlState,
                $"{peer} is up, but all its connections are taken ({said}). Find who holds them (pg_stat_activity), or raise "
                    + "max_connections."
            ),
            _ when sqlState.StartsWith("28", StringComparison.Ordinal) => OfSignIn(said),
            "3D000" when connection.Database is null && acceptAuthFailure => ProbeVerdict.Healthy(
                sqlState,
                $"{peer} is up. It has no database of this user's name ({said}); name one in the target to have it opened."
            ),
            "3D000" => ProbeVerdict.Unhealthy(
                sqlState,
                $"{peer} is up, but the database does not exist ({said}). Check the name in the target, and that the right cluster "
                    + "has this port."
            ),
            _ => ProbeVerdict.Unhealthy(sqlState, $"{peer} answered with an error ({said}). Look at its log."),
        };
    }

    public ProbeVerdict OfSignIn(string said) =>
        acceptAuthFailure
            ? ProbeVerdict.Healthy(
                ProbeReason.AuthenticationFailed,
                $"{peer} is up: it refused the login itself ({said}). Set acceptAuthFailure: false and give a password to have the "
                    + "login checked too."
            )
            : ProbeVerdict.Unhealthy(
                ProbeReason.AuthenticationFailed,
                $"{peer} is up, but refused user '{connection.Username}' ({said}). Check user and password, and pg_hba.conf; "
                    + "acceptAuthFailure: true counts this as healthy."
            );
}
