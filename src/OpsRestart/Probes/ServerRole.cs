namespace OpsRestart;

/// <summary>What a database server has to be.</summary>
public enum ServerRole
{
    /// <summary>Either of them.</summary>
    Any,

    /// <summary>It takes writes.</summary>
    Primary,

    /// <summary>It follows a primary: a standby in recovery, or a replica whose link is up.</summary>
    Replica,
}
