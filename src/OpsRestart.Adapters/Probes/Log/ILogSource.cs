using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>The lines of a log since the start.</summary>
internal interface ILogSource
{
    /// <summary>For people: "the log of nautobot".</summary>
    string Name { get; }

    Task<LogScan> FindAsync(Regex pattern, CancellationToken cancellationToken);
}

/// <summary>What a look at a log gave.</summary>
/// <param name="Line">The first line that matches; null: none does.</param>
/// <param name="Looked">How many lines were looked at.</param>
/// <param name="From">Where the look began, for people: "since 12:00:03 UTC".</param>
/// <param name="Problem">Set when the lines can't be told old from new.</param>
internal sealed record LogScan(string? Line, int Looked, string From, string? Problem = null)
{
    public static string Since(DateTime time) => time.ToString("'since' HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
