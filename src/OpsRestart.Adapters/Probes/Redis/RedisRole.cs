namespace OpsRestart.Adapters.Probes.Redis;

/// <summary>What the server has to be.</summary>
internal enum RedisRole
{
    Any,

    /// <summary>Takes writes.</summary>
    Primary,

    /// <summary>A replica whose link to its master is up.</summary>
    Replica,
}
