namespace OpsRestart.Adapters.Commands;

/// <summary>A command from a graph: a hook, a check, or an exec probe.</summary>
internal sealed record Command
{
    /// <summary>The program and its arguments. No shell is involved.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>The Unix user to run it as; null: the caller.</summary>
    public string? User { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>What the graph adds to the clean environment, with secrets filled in.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Makes its control group; null: it gets none, and what descends from it is looked for by its mark.</summary>
    public Func<ControlGroup?> Group { get; init; } = ControlGroup.TryCreate;

    /// <summary>
    /// It starts a service: what it leaves running when it has ended well stays, in a scope of systemd's own where one can be made, so that
    /// it does not end with the unit that opsrestart runs in.
    /// </summary>
    public bool Starts { get; init; }

    /// <summary>What all that descends from it is found by.</summary>
    public CommandMark Mark { get; } = new();

    /// <summary>How long it and its children have from SIGTERM until SIGKILL.</summary>
    public required TimeSpan Grace { get; init; }
}
