namespace OpsRestart.Adapters.Probes.Postgres;

/// <summary>What the server has to be.</summary>
internal enum PostgresRole
{
    Any,

    /// <summary>Takes writes.</summary>
    Primary,

    /// <summary>A standby in recovery.</summary>
    Replica,
}
