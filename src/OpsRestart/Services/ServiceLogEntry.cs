namespace OpsRestart;

/// <summary>One line that a service, or its manager about it, has logged.</summary>
public sealed record ServiceLogEntry
{
    /// <summary>When it was logged (UTC).</summary>
    public DateTime Time { get; init; }

    /// <summary>The unit or program, by its short name.</summary>
    public string Service { get; init; } = "";

    /// <summary>How urgent it is. Default: info.</summary>
    public ServiceLogPriority Priority { get; init; } = ServiceLogPriority.Info;

    /// <summary>The line, as it was logged.</summary>
    public string Message { get; init; } = "";

    /// <summary>The process that logged it; null: not known.</summary>
    public int? Pid { get; init; }

    /// <summary>The program's syslog identifier.</summary>
    public string Identifier { get; init; } = "";

    /// <summary>The host that logged it.</summary>
    public string HostName { get; init; } = "";

    /// <summary>The invocation of the service that logged it; null: not known.</summary>
    public string? InvocationId { get; init; }

    /// <summary>The journal's cursor of this entry.</summary>
    public string? Cursor { get; init; }

    /// <inheritdoc />
    public override string ToString() => Message;
}
