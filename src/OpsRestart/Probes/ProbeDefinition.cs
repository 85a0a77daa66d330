namespace OpsRestart;

/// <summary>
/// A probe as written in a graph: a URI, or a map with settings. Text may hold <c>${env:NAME}</c> and <c>${file:/path}</c>;
/// they are replaced when the probe is made, never before, so that a definition can be printed.
/// </summary>
public sealed record ProbeDefinition
{
    /// <summary>The kind of the checks that ask a node's manager whether its service runs. Graph files do not name it.</summary>
    public const string ServiceKind = "service";

    /// <summary>
    /// redis, postgres, amqp, mqtt, memcached, http, ws, tcp, celery, rq, task, consuming, backlog, log, sql, metric, disk, path, keys,
    /// persistence, backup, processes, memory, oom, replication, roundtrip, dns, updates, hold, exec; service.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>The URI or main value, as written.</summary>
    public required string Target { get; init; }

    /// <summary>The other settings of the map form, as written: text, numbers, booleans, lists of text, or maps of text.</summary>
    public IReadOnlyDictionary<string, object?> Settings { get; init; } = new Dictionary<string, object?>();

    /// <summary>How long it may take until it is healthy. Default 60 s.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest pause between two tries; tries start close together and back off to this. Default 1 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Healthy answers in a row that count as healthy. Default 1.</summary>
    public int Successes { get; init; } = 1;

    /// <summary>How long one try may take. Default 4 s: a fork can pause Redis that long.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The node of the graph that it belongs to; null: a probe of the whole graph, or of none.</summary>
    public string? Node { get; init; }

    /// <summary>
    /// The unit or program of that node, for probes that look at the service itself (its log, its memory); null where there is none.
    /// </summary>
    public string? Service { get; init; }

    /// <summary>The service's manager.</summary>
    public ServiceManagerKind Manager { get; init; }

    /// <summary>The commands that the service is managed by; null where a manager knows it.</summary>
    public ServiceCommands? Commands { get; init; }

    /// <summary>The service's scope.</summary>
    public ServiceScope Scope { get; init; }

    /// <summary>The service's host, as <c>user@host</c>; null: this one.</summary>
    public string? HostName { get; init; }

    /// <summary>The address of the service's supervisord; null: this machine's.</summary>
    public string? Socket { get; init; }

    /// <summary>The line in the graph's file, 1-based; 0 when it does not come from a file.</summary>
    public int Line { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Kind} {SecretText.RedactTarget(Kind, Target)}";
}
