using System.Globalization;

namespace OpsRestart.Core.Reports;

/// <summary>
/// A result for who polls a file: <c>time|exit code|state|text</c> in one line, the time in seconds since 1970. Zulip's plugins write and
/// read the same (zulip/zulip, scripts/nagios/cron_file_helper.py); it has no place for numbers.
/// </summary>
internal static class NagiosState
{
    public static string Write(NagiosResult result) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{new DateTimeOffset(result.CheckedAt.ToUniversalTime()).ToUnixTimeSeconds()}|{result.ExitCode}|{result.State}|{result.Text}\n"
        );

    /// <summary>What a file says; unknown where it says nothing, or says it for longer than <paramref name="maxAge"/>.</summary>
    /// <param name="text">What the file holds.</param>
    /// <param name="path">Its path, for sentences.</param>
    /// <param name="maxAge">How old it may be.</param>
    /// <param name="now">UTC.</param>
    public static NagiosResult Read(string text, string path, TimeSpan maxAge, DateTime now)
    {
        var fields = text.Trim().Split('|');
        if (
            fields.Length != 4
            || !double.TryParse(fields[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            || seconds is not (>= 0 and < 100_000_000_000)
            || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            || code > NagiosReport.Unknown
        )
        {
            return NagiosReport.Of(NagiosReport.Unknown, $"{path} holds no result (time, exit code, state, text).", now);
        }

        var at = DateTimeOffset.UnixEpoch.AddSeconds(seconds).UtcDateTime;
        var age = now - at;
        return age > maxAge
                ? NagiosReport.Of(
                    NagiosReport.Unknown,
                    $"{path} is {Duration.Format(age)} old, more than {Duration.Format(maxAge)}: what writes it does not run. It said "
                        + $"{NagiosReport.StateOf(code)}: {fields[3]}",
                    at
                )
            : age < -maxAge ? NagiosReport.Of(NagiosReport.Unknown, $"{path} is of the future: {at:u}. See the clocks.", at)
            : NagiosReport.Of(code, fields[3], at);
    }
}
