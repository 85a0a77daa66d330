namespace OpsRestart;

/// <summary>A Redis server at a glance: what INFO tells, at one moment.</summary>
public sealed record RedisServerInfo
{
    /// <summary>Its address, without secrets.</summary>
    public required string Target { get; init; }

    /// <summary>Its version; a fork (Valkey) tells the one that it is compatible with.</summary>
    public string Version { get; init; } = "";

    /// <summary>primary or replica.</summary>
    public string Role { get; init; } = "";

    /// <summary>Since its start.</summary>
    public TimeSpan? Uptime { get; init; }

    /// <summary>Bytes that its data takes.</summary>
    public long? MemoryUsed { get; init; }

    /// <summary>Bytes that it may take; null: no limit.</summary>
    public long? MemoryMax { get; init; }

    /// <summary>maxmemory-policy: what it does when memory is full.</summary>
    public string MemoryPolicy { get; init; } = "";

    /// <summary>
    /// When memory is full it drops keys that nobody marked as temporary: waiting tasks too. Never so of noeviction and volatile-*.
    /// </summary>
    public bool IsEvicting { get; init; }

    /// <summary>Keys that it has dropped since its start because memory was full.</summary>
    public long? EvictedKeys { get; init; }

    /// <summary>Connected clients.</summary>
    public long? Clients { get; init; }

    /// <summary>maxclients; null: it does not tell.</summary>
    public long? MaxClients { get; init; }

    /// <summary>It is reading its data into memory, and answers nothing else.</summary>
    public bool IsLoading { get; init; }

    /// <summary>Whether the last RDB file was written without an error.</summary>
    public bool? LastSaveSucceeded { get; init; }

    /// <summary>When that was (UTC); of a server that never saved its start.</summary>
    public DateTime? LastSave { get; init; }

    /// <summary>Changes since then.</summary>
    public long? ChangesSinceSave { get; init; }

    /// <summary>Whether it keeps an append-only file.</summary>
    public bool? AppendOnly { get; init; }

    /// <summary>Replicas that are in step.</summary>
    public int Replicas { get; init; }

    /// <summary>Of a replica: whether its link to the primary is up.</summary>
    public bool? IsLinkUp { get; init; }

    /// <summary>Keys of all databases.</summary>
    public long Keys { get; init; }

    /// <summary>Those databases that have keys.</summary>
    public IReadOnlyList<RedisDatabase> Databases
    {
        get;
        init => field = ModelList.Of(value);
    } = [];

    /// <summary>UTC.</summary>
    public DateTime SampledAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Target;
}
