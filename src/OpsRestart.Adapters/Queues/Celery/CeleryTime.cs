using System.Globalization;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Times as Python writes them; null for what is none, or lies outside of what a clock shows.</summary>
internal static class CeleryTime
{
    private const double Longest = 1e10;

    /// <summary>An ISO time; without a zone it is UTC.</summary>
    public static DateTime? Iso(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    /// <summary>Seconds since 1970.</summary>
    public static DateTime? Epoch(double? seconds) => Seconds(seconds) is { } span ? DateTime.UnixEpoch + span : null;

    public static TimeSpan? Seconds(double? seconds) => seconds is >= 0 and < Longest ? TimeSpan.FromSeconds(seconds.Value) : null;
}
