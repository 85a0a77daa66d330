namespace OpsRestart;

/// <summary>One line that a service, or its manager about it, has logged.</summary>
public sealed record ServiceLogEntry
{
    /// <summary>When it was logged (UTC).</summary>
    public DateTime Time { get; init; }

    public string Service { get; init; } = "";

    public ServiceLogPriority Priority { get; init; } = ServiceLogPriority.Info;

    public string Message { get; init; } = "";

    public int? Pid { get; init; }

    /// <summary>The program's syslog identifier.</summary>
    public string Identifier { get; init; } = "";

    public string HostName { get; init; } = "";

    public string? InvocationId { get; init; }

    /// <summary>The journal's cursor of this entry.</summary>
    public string? Cursor { get; init; }

    public override string ToString() => Message;
}
