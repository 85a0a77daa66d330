namespace OpsRestart;

/// <summary>One database of a Redis server.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Keys">Keys in it.</param>
/// <param name="Expiring">Those of them that go by themselves.</param>
public sealed record RedisDatabase(int Number, long Keys, long Expiring)
{
    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Number}: {Keys}");
}
