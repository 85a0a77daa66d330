using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsRestart;

/// <summary>
/// Durations as admins write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>2d</c>, combinations such as <c>1m30s</c>, a TimeSpan
/// (<c>00:05:00</c>), or a plain number of seconds. Not locale dependent.
/// </summary>
public static partial class Duration
{
    /// <summary>The longest time that can be waited for: timers know no longer one.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(45);

    /// <summary>Reads a duration; false when the text is none, or is negative.</summary>
    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TryFromSeconds(seconds, out value);
        }

        if (text.Contains(':'))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && value >= TimeSpan.Zero;
        }

        if (!Whole().IsMatch(text))
        {
            return false;
        }

        var total = 0.0;
        foreach (Match part in Part().Matches(text))
        {
            total += double.Parse(part.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) * SecondsOf(part.Groups["u"].Value);
        }

        return TryFromSeconds(total, out value);
    }

    /// <summary>Reads a duration or says what one looks like.</summary>
    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static TimeSpan Parse(string? text) =>
        TryParse(text, out var value)
            ? value
            : throw new FormatException($"'{text}' is not a duration. Write 30s, 5m, 1h, 00:05:00, or a number of seconds.");

    /// <summary>Reads a moment: a date and time, local where no zone is given, or a duration, that long ago. The result is UTC.</summary>
    public static bool TryParseMoment(string? text, out DateTime value)
    {
        // 12:30 is a time of this day, not half a day ago.
        if (text?.Contains(':') == false && TryParse(text, out var ago))
        {
            var now = DateTime.UtcNow;
            value = now - TimeSpan.FromTicks(Math.Min(ago.Ticks, (now - DateTime.UnixEpoch).Ticks));
            return true;
        }

        return DateTime.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeLocal | DateTimeStyles.AdjustToUniversal,
            out value
        );
    }

    /// <summary>The shortest common form: 0.4s, 12s, 4m 10s, 3h 5m, 9d 1h.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == Timeout.InfiniteTimeSpan)
        {
            return "unlimited";
        }

        return value switch
        {
            { TotalSeconds: < 10 } => value.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s",
            { TotalSeconds: < 59.5 } => value.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + "s",
            { TotalHours: < 1 } => Two(value.Minutes, "m", value.Seconds, "s"),
            { TotalDays: < 1 } => Two(value.Hours, "h", value.Minutes, "m"),
            _ => Two(value.Days, "d", value.Hours, "h"),
        };

        static string Two(int large, string largeUnit, int small, string smallUnit) =>
            small == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{large}{largeUnit}")
                : string.Create(CultureInfo.InvariantCulture, $"{large}{largeUnit} {small}{smallUnit}");
    }

    private static bool TryFromSeconds(double seconds, out TimeSpan value)
    {
        var valid = seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds - 1;
        // FromSeconds would cut 2.579 to 2.5789999.
        value = valid ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond)) : default;
        return valid;
    }

    private static double SecondsOf(string unit) =>
        unit switch
        {
            "ms" => 0.001,
            "s" or "sec" => 1,
            "m" or "min" => 60,
            "h" => 3600,
            _ => 86400,
        };

    [GeneratedRegex(@"(?<n>\d+(?:\.\d+)?)\s*(?<u>ms|sec|s|min|m|h|d)", RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    [GeneratedRegex(@"^(?:\d+(?:\.\d+)?\s*(?:ms|sec|s|min|m|h|d)\s*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();
}
