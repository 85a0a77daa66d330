namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>All of RQ at one moment.</summary>
internal sealed record RqLook
{
    public IReadOnlyList<RqQueueState> Queues { get; init; } = [];

    public IReadOnlyList<RqWorkerState> Workers { get; init; } = [];

    /// <summary>The value of rq:suspended; null when it is not set.</summary>
    public string? Suspension { get; init; }

    /// <summary>Where the connections come from that wait in BLPOP or BLMOVE in this database; null: CLIENT LIST is not allowed.</summary>
    public IReadOnlyList<string>? Waiting { get; init; }

    /// <summary>How many those are.</summary>
    public int? Blocked { get; init; }

    /// <summary>Only these queues, and the workers that serve one of them. No patterns: everything.</summary>
    public RqLook Narrow(IReadOnlyList<string> patterns) =>
        patterns.Count == 0
            ? this
            : this with
            {
                Queues = [.. Queues.Where(q => patterns.Any(p => NameMatch.Matches(q.Name, p)))],
                Workers = [.. Workers.Where(w => w.Queues.Count == 0 || w.Queues.Any(q => patterns.Any(p => NameMatch.Matches(q, p))))],
            };
}

/// <summary>One queue at one moment.</summary>
internal sealed record RqQueueState(string Name, long Ready, long Intermediate, long Started, long Scheduled, long Deferred, long Failed);

/// <summary>One registered worker at one moment.</summary>
internal sealed record RqWorkerState
{
    public required string Name { get; init; }

    /// <summary>started, idle, busy, suspended; empty when its hash is gone.</summary>
    public string State { get; init; } = "";

    public string? CurrentJob { get; init; }

    public IReadOnlyList<string> Queues { get; init; } = [];

    public int? Pid { get; init; }

    public string? HostName { get; init; }

    public DateTime? LastHeartbeat { get; init; }

    public DateTime? Birth { get; init; }

    public bool HasDeath { get; init; }

    public bool IsShuttingDown { get; init; }

    /// <summary>Its hash exists. It expires 90 s after the last sign of a busy worker, 480 s of an idle one.</summary>
    public bool IsRegistered { get; init; }

    /// <summary>It is subscribed to its command channel. That ends the moment its process does, long before its hash expires.</summary>
    public bool IsListening { get; init; }

    /// <summary>
    /// It does not listen, and its process runs on this machine: RQ's listening thread dies when Redis is restarted, and its worker goes on
    /// without it.
    /// </summary>
    public bool RunsHere { get; init; }

    /// <summary>Its process is there.</summary>
    public bool IsPresent => IsListening || RunsHere;

    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public bool IsLive => IsRegistered && IsPresent && !HasDeath;

    /// <summary>Connected, but it has not refreshed its own registration for longer than any RQ does.</summary>
    public bool IsUnresponsive => !IsRegistered && IsListening;

    public bool IsBusy => State == "busy" || CurrentJob is not null;

    public bool IsSuspended => State == "suspended";
}
