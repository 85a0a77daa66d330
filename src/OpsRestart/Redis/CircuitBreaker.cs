namespace OpsRestart;

/// <summary>What an application has noted in Redis about calls that fail, so that all its processes stop trying.</summary>
public sealed record CircuitBreaker
{
    /// <summary>The key without its prefix.</summary>
    public required string Name { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The server's address with its database, without secrets.</summary>
    public required string Target { get; init; }

    /// <summary>Failures that it has counted; null: it does not say.</summary>
    public long? Failures { get; init; }

    /// <summary>Its state in its own word; null: it does not say.</summary>
    public string? State { get; init; }

    /// <summary>When it goes by itself; null: never.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Why it can't be read: no JSON, no string; null: nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>UTC.</summary>
    public DateTime SampledAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
