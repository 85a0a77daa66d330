namespace OpsRestart.Adapters.Supervisor;

/// <summary>What a program's section says, as far as a restart depends on it (getAllConfigInfo).</summary>
internal sealed record ProgramSettings
{
    /// <summary>supervisord's full name of it.</summary>
    public required string Id { get; init; }

    public TimeSpan? StopWait { get; init; }

    public bool AutoStart { get; init; }

    public bool KillAsGroup { get; init; }

    /// <summary>
    /// supervisord does not tell it; where the programs' processes are killed one by one it is off, as both are refused together
    /// (options.py). Otherwise the configuration says it. Null: not known.
    /// </summary>
    public bool? StopAsGroup { get; init; }

    /// <summary>The signal's name, as in TERM.</summary>
    public string? StopSignal { get; init; }

    public string Command { get; init; } = "";

    /// <summary>Its section on disk says something else than supervisord has read; null: not known.</summary>
    public bool? IsStale { get; init; }

    public static ProgramSettings? Of(object answer) =>
        answer is Dictionary<string, object> d && d.GetValueOrDefault("group") is string group && d.GetValueOrDefault("name") is string name
            ? new ProgramSettings
            {
                Id = $"{group}:{name}",
                StopWait = d.GetValueOrDefault("stopwaitsecs") is int seconds ? TimeSpan.FromSeconds(seconds) : null,
                AutoStart = d.GetValueOrDefault("autostart") is true,
                KillAsGroup = d.GetValueOrDefault("killasgroup") is true,
                StopAsGroup = d.GetValueOrDefault("killasgroup") is false ? false : null,
                StopSignal = d.GetValueOrDefault("stopsignal") is int signal ? SignalName(signal) : null,
                Command = d.GetValueOrDefault("command") as string ?? "",
            }
            : null;

    /// <summary>With what its section on disk says too, as far as that is what supervisord has read.</summary>
    public ProgramSettings With(ProgramSection? section)
    {
        if (section is null)
        {
            return this;
        }

        var stale =
            (section.StopWait is { } wait && StopWait is { } known && wait != known)
            || (section.AutoStart is { } auto && auto != AutoStart)
            || (section.StopAsGroup == true && !KillAsGroup);
        return this with { StopAsGroup = StopAsGroup ?? (stale ? null : section.StopAsGroup), IsStale = stale };
    }

    private static string SignalName(int signal) =>
        signal switch
        {
            1 => "HUP",
            2 => "INT",
            3 => "QUIT",
            9 => "KILL",
            10 => "USR1",
            12 => "USR2",
            15 => "TERM",
            _ => signal.ToString(CultureInfo.InvariantCulture),
        };
}
