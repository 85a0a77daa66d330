namespace OpsRestart.Adapters.Supervisor;

/// <summary>One process of a program as supervisord tells of it (getProcessInfo).</summary>
internal sealed record ProgramInfo
{
    /// <summary>A program that was up for less than this is flapping, unless this process itself has just started it.</summary>
    public static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(5);

    public required string Name { get; init; }

    public required string Group { get; init; }

    public required ProgramState State { get; init; }

    /// <summary>Its last start, by supervisord's clock; null: never.</summary>
    public DateTime? Start { get; init; }

    /// <summary>The end of its last run, by supervisord's clock; null: it never ended.</summary>
    public DateTime? Stop { get; init; }

    /// <summary>supervisord's clock at the answer: its times are whole seconds.</summary>
    public DateTime Now { get; init; }

    public int Pid { get; init; }

    public int ExitStatus { get; init; }

    /// <summary>Why its last start failed.</summary>
    public string SpawnError { get; init; } = "";

    public string? OutputFile { get; init; }

    public string? ErrorFile { get; init; }

    /// <summary>supervisord's full name.</summary>
    public string Id => $"{Group}:{Name}";

    /// <summary>The name that supervisorctl prints: without the group where that is the program itself.</summary>
    public string Display => DisplayOf(Id);

    public static string DisplayOf(string id) => id.Split(':', 2) is [var group, var name] && group == name ? name : id;

    /// <summary>
    /// As supervisorctl takes names: <c>group:name</c>, <c>name</c> where the group has the same, <c>group:*</c> and <c>group</c> for all
    /// of a group; and wildcards.
    /// </summary>
    public static bool IsNamed(string id, string name)
    {
        var display = DisplayOf(id);
        return name == display
            || name == id
            || name == id.Split(':', 2)[0]
            || (NameMatch.IsPattern(name) && (NameMatch.Matches(display, name) || NameMatch.Matches(id, name)));
    }

    /// <summary>supervisord's own word for its state.</summary>
    public string Word => State.ToString().ToUpperInvariant();

    public bool IsDown => State is ProgramState.Stopped or ProgramState.Exited or ProgramState.Fatal;

    /// <summary>
    /// supervisord starts what it has never started in its next round, a second later at most, if it says so (process.py, transition).
    /// </summary>
    public bool IsToStart(ProgramSettings? settings) => State == ProgramState.Stopped && Start is null && settings?.AutoStart == true;

    /// <summary>Another one means that it was started again.</summary>
    public string? InvocationId =>
        Pid > 0 && Start is { } start
            ? string.Create(CultureInfo.InvariantCulture, $"{Pid}-{new DateTimeOffset(start).ToUnixTimeSeconds()}")
            : null;

    /// <exception cref="FormatException">The answer is of another shape.</exception>
    public static ProgramInfo Of(object answer)
    {
        var members = answer as Dictionary<string, object> ?? throw new FormatException("it tells of a program in another shape");
        return new ProgramInfo
        {
            Name = Text(members, "name") ?? throw new FormatException("it tells of a program without a name"),
            Group = Text(members, "group") ?? throw new FormatException("it tells of a program without a group"),
            State = (ProgramState)Number(members, "state"),
            Start = Time(members, "start"),
            Stop = Time(members, "stop"),
            Now = Time(members, "now") ?? default,
            Pid = Number(members, "pid"),
            ExitStatus = Number(members, "exitstatus"),
            SpawnError = Text(members, "spawnerr") ?? "",
            OutputFile = File(members, "stdout_logfile"),
            ErrorFile = File(members, "stderr_logfile"),
        };
    }

    /// <summary>What it is doing, in the one word that all managers share.</summary>
    /// <param name="isOurs">Whether this process has just started it, so that a short uptime says nothing.</param>
    public ServiceState ToState(bool isOurs) =>
        State switch
        {
            ProgramState.Stopped => ServiceState.Stopped,
            ProgramState.Starting => ServiceState.Starting,
            ProgramState.Running => !isOurs && Now - Start < StableAfter && Start - Stop < StableAfter
                ? ServiceState.Flapping
                : ServiceState.Running,
            ProgramState.Backoff => ServiceState.Flapping,
            ProgramState.Stopping => ServiceState.Stopping,
            // It ended by itself, and supervisord leaves it so.
            ProgramState.Exited => ExitStatus == 0 ? ServiceState.Stopped : ServiceState.Failed,
            ProgramState.Fatal => ServiceState.Failed,
            _ => ServiceState.Unknown,
        };

    private static string? Text(Dictionary<string, object> members, string name) => members.GetValueOrDefault(name) as string;

    private static int Number(Dictionary<string, object> members, string name) =>
        members.GetValueOrDefault(name) is int number ? number : 0;

    private static DateTime? Time(Dictionary<string, object> members, string name) =>
        Number(members, name) is var seconds and > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime : null;

    private static string? File(Dictionary<string, object> members, string name) =>
        Text(members, name) is { Length: > 0 } path && path.StartsWith('/') ? path : null;
}
