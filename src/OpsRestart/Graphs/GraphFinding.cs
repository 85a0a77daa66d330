using System.Globalization;

namespace OpsRestart;

/// <summary>Something that validation or preflight found.</summary>
public sealed record GraphFinding
{
    public FindingSeverity Severity { get; init; } = FindingSeverity.Error;

    /// <summary>A constant id: UnknownKey, MissingNode, Cycle, QueueWithoutConsumer, UnitMasked …</summary>
    public required string Code { get; init; }

    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Advice { get; init; }

    /// <summary>The node, queue or key concerned.</summary>
    public string? Target { get; init; }

    public string? File { get; init; }

    /// <summary>1-based; 0 when there is none.</summary>
    public int Line { get; init; }

    /// <summary>1-based; 0 when there is none.</summary>
    public int Column { get; init; }

    /// <summary><c>file:line</c>, as editors and grep write it.</summary>
    public string Location => File is null ? "" : Line == 0 ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");

    public override string ToString() => Location.Length == 0 ? $"{Severity}: {Message}" : $"{Location}: {Severity}: {Message}";
}
