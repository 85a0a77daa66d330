using OpsRestart.Core.Abstractions;

namespace OpsRestart.Cli.Output;

/// <summary>A suspension that was found, and what became of it, for <c>resume --json</c>.</summary>
internal sealed record SuspensionLine(string Queue, SuspensionRecord Record, bool Resumed, IReadOnlyList<string> Warnings);
