using System.Text;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>The journalctl command lines for another host. A shell reads them there, so every value is quoted.</summary>
internal static class JournalCommand
{
    private const string Common = "journalctl --quiet --all --output=json";

    /// <summary>The last entry of all.</summary>
    public const string Last = Common + " --lines=1";

    public static string Read(ServiceLogQuery query)
    {
        var command = new StringBuilder(Common);
        foreach (var name in NameMatch.Expand(query.Services))
        {
            Add(command, "--unit", NameMatch.IsPattern(name) ? UnitName.ToPattern(name) : UnitName.ToId(name));
        }

        if (query.Kernel)
        {
            command.Append(" _TRANSPORT=kernel");
        }

        if (query.Priority < ServiceLogPriority.Debug)
        {
            Add(command, "--priority", ((int)query.Priority).ToString(CultureInfo.InvariantCulture));
        }

        if (query.Since is { } since)
        {
            var seconds = (since.ToUniversalTime() - DateTime.UnixEpoch).TotalMicroseconds / 1_000_000;
            Add(command, "--since", "@" + seconds.ToString("0.000000", CultureInfo.InvariantCulture));
        }

        if (query.AfterCursor is { } cursor)
        {
            // Not --after-cursor: many versions skip one entry even when the cursor's own is not among those wanted. RemoteJournal leaves
            // it out.
            Add(command, "--cursor", cursor);
        }

        if (query.Tail is { } tail)
        {
            Add(command, "--lines", tail.ToString(CultureInfo.InvariantCulture));
        }

        // --follow alone would begin with the last ten lines.
        return command
            .Append(
                !query.Follow ? ""
                : query.Tail is null ? " --follow --no-tail"
                : " --follow"
            )
            .ToString();
    }

    private static void Add(StringBuilder command, string option, string value) =>
        command.Append(' ').Append(option).Append("='").Append(value.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'');
}
