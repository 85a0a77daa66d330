namespace OpsRestart;

/// <summary>One number that a probe saw, with the limits that it was held to.</summary>
public sealed record ProbeMeasure
{
    /// <summary>What it is the number of: messages of a queue, the lag of a replica, free bytes of a disk.</summary>
    public required string Name { get; init; }

    /// <summary>The number.</summary>
    public double Value { get; init; }

    /// <summary>Its unit as monitoring writes it: <c>s</c>, <c>B</c>, <c>%</c>, <c>c</c> (a counter); empty: a plain number.</summary>
    public string Unit { get; init; } = "";

    /// <summary>
    /// Where it deserves no warning, as monitoring plugins write a range: <c>30</c> is up to 30, <c>10:</c> is 10 and more. Null: there is
    /// no such limit.
    /// </summary>
    public string? Warn { get; init; }

    /// <summary>The same: where it is not critical.</summary>
    public string? Crit { get; init; }

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Name}={Value:0.######}{Unit}");
}
