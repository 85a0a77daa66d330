namespace OpsRestart.Adapters.Systemd.Schedules;

/// <summary>
/// A schedule as the text of its two units. What can't be read back from what systemd understands stands in a section of our own: systemd
/// leaves those alone that begin with X- (systemd.unit(5)).
/// </summary>
internal static class ScheduleUnits
{
    private const string Section = "[X-OpsRestart]";

    public static string Timer(ServiceGraphSchedule schedule) =>
        $"""
            # Made by OpsRestart for a schedule; it goes when that is unregistered.
            [Unit]
            Description=When to {Verb(schedule)} {schedule.Graph}

            [Timer]
            OnCalendar={schedule.Calendar}
            RandomizedDelaySec={Seconds(schedule.RandomizedDelay)}
            AccuracySec=1s

            [Install]
            WantedBy=timers.target

            {Section}
            Graph={schedule.Graph}
            Operation={schedule.Operation}
            User={schedule.User}
            {string.Concat(schedule.SkipIf.Select(static f => $"SkipIf={f}\n"))}
            """;

    /// <summary>That a run was skipped is no failure of the service.</summary>
    public static string Service(ServiceGraphSchedule schedule, string program) =>
        $"""
            # Made by OpsRestart for a schedule; it goes when that is unregistered.
            [Unit]
            Description={schedule.Operation} of {schedule.Graph}

            [Service]
            Type=oneshot
            User={schedule.User}
            ExecStart={string.Join(' ', Words(schedule, program).Select(Quoted))}
            SuccessExitStatus=8
            """ + "\n";

    /// <summary>Null: that is no timer of ours.</summary>
    public static ServiceGraphSchedule? Read(string name, string timer)
    {
        var lines = timer.Split('\n');
        var own = lines.SkipWhile(static l => l != Section).ToList();
        if (First(own, "Graph") is not { } graph || !Enum.TryParse<GraphOperation>(First(own, "Operation"), out var operation))
        {
            return null;
        }

        _ = double.TryParse(First(lines, "RandomizedDelaySec"), CultureInfo.InvariantCulture, out var delay);
        return new ServiceGraphSchedule
        {
            Name = name,
            Graph = graph,
            Operation = operation,
            Calendar = First(lines, "OnCalendar") ?? "",
            RandomizedDelay = TimeSpan.FromSeconds(delay),
            SkipIf = [.. All(own, "SkipIf")],
            User = First(own, "User") ?? "root",
        };
    }

    private static string Verb(ServiceGraphSchedule schedule) => schedule.Operation.ToString().ToLowerInvariant();

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Words(ServiceGraphSchedule schedule, string program) =>
        [program, Verb(schedule), schedule.Graph, .. schedule.SkipIf.SelectMany(static f => new[] { "--skip-if", f })];

    /// <summary>As systemd.service(5) reads a command line: % and $ would be filled in.</summary>
    private static string Quoted(string word) =>
        '"'
        + word.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("%", "%%", StringComparison.Ordinal)
            .Replace("$", "$$", StringComparison.Ordinal)
        + '"';

    private static string? First(IEnumerable<string> lines, string key) => All(lines, key).FirstOrDefault();

    private static IEnumerable<string> All(IEnumerable<string> lines, string key) =>
        lines.Where(l => l.StartsWith(key + '=', StringComparison.Ordinal)).Select(l => l[(key.Length + 1)..]);
}
