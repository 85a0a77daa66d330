using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Files;

/// <summary>
/// Finds the time in the beginning of a log line: ISO and Python (<c>2026-01-31 12:00:00,123</c>), nginx (<c>2026/01/31 …</c>,
/// <c>31/Jan/2026:…</c>), Redis (<c>31 Jan 2026 …</c>), syslog (<c>Jan 31 …</c>), ctime as uWSGI writes it, and seconds since 1970
/// (mosquitto). Without an offset it is local time.
/// </summary>
internal sealed partial class LogTimestamp(TimeProvider time)
{
    /// <summary>Times further right in a line are part of its text.</summary>
    private const int Reach = 80;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>
    /// Whether the line is from <paramref name="floor"/> (UTC) or later; null: it carries no time. A line with whole seconds is new from
    /// the floor's second on.
    /// </summary>
    public bool? IsNew(string line, DateTime floor)
    {
        if (Read(line) is not { } stamp)
        {
            return null;
        }

        var whole = stamp.Ticks % TimeSpan.TicksPerSecond == 0;
        return stamp >= (whole ? floor.AddTicks(-(floor.Ticks % TimeSpan.TicksPerSecond)) : floor);
    }

    /// <summary>The line's time in UTC; null: none.</summary>
    public DateTime? Read(string line)
    {
        var head = line.Length <= Reach ? line : line[..Reach];
        if (Epoch().Match(head) is { Success: true } epoch)
        {
            return DateTime.UnixEpoch.AddSeconds(double.Parse(epoch.Groups["s"].ValueSpan, CultureInfo.InvariantCulture));
        }

        foreach (var form in new[] { Numeric(), DayFirst(), MonthFirst() })
        {
            if (form.Match(head) is { Success: true } match)
            {
                return OfParts(match);
            }
        }

        return null;
    }

    private DateTime? OfParts(Match match)
    {
        var month = match.Groups["mon"] is { Success: true } name
            ? Array.IndexOf(Months, name.Value.ToLowerInvariant()) + 1
            : Number(match, "m");
        var now = TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone);
        var year = match.Groups["y"].Success ? Number(match, "y") : now.Year;
        if (
            month is < 1 or > 12
            || Number(match, "d") is < 1 or > 31
            || Number(match, "h") > 23
            || Number(match, "min") > 59
            || Number(match, "sec") > 59
            || Number(match, "d") > DateTime.DaysInMonth(year, month)
        )
        {
            return null;
        }

        var stamp = new DateTime(
            year,
            month,
            Number(match, "d"),
            Number(match, "h"),
            Number(match, "min"),
            Number(match, "sec")
        ).AddSeconds(match.Groups["frac"] is { Success: true } frac ? double.Parse("0." + frac.Value, CultureInfo.InvariantCulture) : 0);

        // syslog writes no year: a December line read in January is last year's.
        if (!match.Groups["y"].Success && stamp > now.DateTime.AddDays(1))
        {
            stamp = stamp.AddYears(-1);
        }

        return ToUtc(stamp, match.Groups["zone"].Value);
    }

    private DateTime ToUtc(DateTime stamp, string zone)
    {
        if (zone.Length == 0)
        {
            return DateTime.SpecifyKind(stamp - time.LocalTimeZone.GetUtcOffset(stamp), DateTimeKind.Utc);
        }

        var digits = zone is "Z" or "z" ? "+0000" : zone.Replace(":", "", StringComparison.Ordinal);
        var offset = new TimeSpan(
            int.Parse(digits.AsSpan(1, 2), CultureInfo.InvariantCulture),
            int.Parse(digits.AsSpan(3, 2), CultureInfo.InvariantCulture),
            0
        );
        return DateTime.SpecifyKind(digits[0] == '-' ? stamp + offset : stamp - offset, DateTimeKind.Utc);
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"(?<!\d)(?<y>\d{4})[-/](?<m>\d\d)[-/](?<d>\d\d)[T ](?<h>\d\d):(?<min>\d\d):(?<sec>\d\d)(?:[.,](?<frac>\d+))?(?:\s?(?<zone>Z|[+-]\d\d:?\d\d))?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Numeric();

    [GeneratedRegex(
        @"(?<!\d)(?<d>\d\d?)[/ ](?<mon>[A-Z][a-z]{2})[/ ](?<y>\d{4})[: ](?<h>\d\d):(?<min>\d\d):(?<sec>\d\d)(?:[.,](?<frac>\d+))?(?:\s(?<zone>[+-]\d{4}))?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex DayFirst();

    [GeneratedRegex(
        @"(?<![A-Za-z])(?<mon>[A-Z][a-z]{2})\s{1,2}(?<d>\d\d?)\s(?<h>\d\d):(?<min>\d\d):(?<sec>\d\d)(?:\.(?<frac>\d+))?(?:\s(?<y>\d{4})(?!\d))?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex MonthFirst();

    [GeneratedRegex(@"^(?<s>\d{10}(?:\.\d+)?)[:\s]", RegexOptions.CultureInvariant)]
    private static partial Regex Epoch();
}
