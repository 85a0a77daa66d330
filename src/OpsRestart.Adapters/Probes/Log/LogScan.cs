namespace OpsRestart.Adapters.Probes.Log;

/// <summary>What a look at a log gave.</summary>
/// <param name="Line">The first line that matches; null: none does.</param>
/// <param name="Looked">How many lines were looked at.</param>
/// <param name="From">Where the look began, for people: "since 12:00:03 UTC".</param>
/// <param name="Problem">Set when the lines can't be told old from new.</param>
internal sealed record LogScan(string? Line, int Looked, string From, string? Problem = null);
