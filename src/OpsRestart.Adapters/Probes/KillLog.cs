using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes;

/// <summary>
/// What the kernel logs when it kills for want of memory (Linux, mm/oom_kill.c): a line
/// <c>oom-kill:constraint=…,task_memcg=GROUP,task=NAME, pid=N,uid=N</c> since 4.20, and <c>Killed process N (NAME)</c> at all times.
/// </summary>
/// <param name="Pid">Of the process.</param>
/// <param name="Name">Of its program.</param>
/// <param name="Group">Its control group; null: this line does not tell.</param>
/// <param name="At">UTC.</param>
internal sealed partial record KillLog(int Pid, string Name, string? Group, DateTime At)
{
    /// <summary>Null: the line tells of something else.</summary>
    public static KillLog? Parse(ServiceLogEntry entry) =>
        Summary().Match(entry.Message) is { Success: true } summary ? Of(summary, entry.Time)
        : Killed().Match(entry.Message) is { Success: true } killed ? Of(killed, entry.Time)
        : null;

    /// <summary>One for each process: the two lines about one kill are one.</summary>
    public static IReadOnlyList<KillLog> Merge(IEnumerable<KillLog> lines)
    {
        var kills = new List<KillLog>();
        foreach (var line in lines)
        {
            var same = kills.FindLastIndex(k => k.Pid == line.Pid && line.At - k.At < TimeSpan.FromMinutes(1));
            if (same < 0)
            {
                kills.Add(line);
            }
            else
            {
                kills[same] = kills[same] with { Group = kills[same].Group ?? line.Group };
            }
        }

        return kills;
    }

    private static KillLog Of(Match match, DateTime at) =>
        new(
            int.TryParse(match.Groups["pid"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0,
            match.Groups["name"].Value,
            match.Groups["group"].Success ? match.Groups["group"].Value : null,
            at
        );

    [GeneratedRegex(
        @"^oom-kill:.*\btask_memcg=(?<group>[^,]*),task=(?<name>.*),pid=(?<pid>\d+),uid=\d+",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Summary();

    [GeneratedRegex(@"\bKilled process (?<pid>\d+) \((?<name>.*?)\)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Killed();
}
