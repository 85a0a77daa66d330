using System.Globalization;

namespace OpsRestart;

/// <summary>Something that validation or preflight found.</summary>
public sealed record GraphFinding
{
    /// <summary>Whether a run is refused. Default: error.</summary>
    public FindingSeverity Severity { get; init; } = FindingSeverity.Error;

    /// <summary>A constant id: UnknownKey, MissingNode, Cycle, QueueWithoutConsumer, UnitMasked …</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, as a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Advice { get; init; }

    /// <summary>The node, queue or key concerned.</summary>
    public string? Target { get; init; }

    /// <summary>The file it was read from; null when the graph was made in memory or the finding is about the machine.</summary>
    public string? File { get; init; }

    /// <summary>1-based; 0 when there is none.</summary>
    public int Line { get; init; }

    /// <summary>1-based; 0 when there is none.</summary>
    public int Column { get; init; }

    /// <summary><c>file:line</c>, as editors and grep write it.</summary>
    public string Location =>
        File is null ? ""
        : Line == 0 ? File
        : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}");

    /// <summary>The message, and the advice if there is one.</summary>
    internal string Sentence => Advice is null ? Message : $"{Message} {Advice}";

    /// <inheritdoc />
    public override string ToString() => Location.Length == 0 ? $"{Severity}: {Message}" : $"{Location}: {Severity}: {Message}";
}
