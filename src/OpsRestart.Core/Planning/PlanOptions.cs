namespace OpsRestart.Core.Planning;

/// <summary>What to plan for. Everything is optional: without it the whole graph is meant.</summary>
internal sealed record PlanOptions
{
    /// <summary>The nodes to operate on. Where it names none: all that are not protected.</summary>
    public NodePart Part { get; init; } = new();

    /// <summary>The names of the part.</summary>
    public IReadOnlyList<string> Names
    {
        get => Part.Names;
        init => Part = Part with { Names = value };
    }

    /// <summary>
    /// With named nodes or roles: those alone. Otherwise a stop or restart includes those that need them, a start those that they need.
    /// </summary>
    public bool Only { get; init; }

    /// <summary>Overrides the drain level of every queue. Not together with a mode.</summary>
    public DrainLevel? DrainLevel { get; init; }

    /// <summary>One choice for every queue of the graph, instead of their own drain levels.</summary>
    public DrainMode? DrainMode { get; init; }

    /// <summary>Overrides the drain timeout of every queue.</summary>
    public TimeSpan? DrainTimeout { get; init; }

    /// <summary>Overrides what happens when a drain does not end in time.</summary>
    public DrainTimeoutPolicy? OnDrainTimeout { get; init; }

    /// <summary>An additional hook between stop and start (<c>-Migration</c>).</summary>
    public GraphHook? Hook { get; init; }

    /// <summary>Overrides the stop timeout of every node but datastores (<c>-StopTimeout</c>).</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>Stop only: wait for nothing, and kill all but the datastores.</summary>
    public bool Emergency { get; init; }

    /// <summary>Restart only: a batch of instances after the other.</summary>
    public bool Rolling { get; init; }

    /// <summary>Instances of one kind that are restarted at a time.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Nodes to begin with, in this order: their workers are idle.</summary>
    public IReadOnlyList<string> RollFirst { get; init; } = [];

    /// <summary>Leave out the validation at the end.</summary>
    public bool SkipValidation { get; init; }

    /// <summary>Queue systems whose workers nothing can suspend: then no step claims to.</summary>
    public IReadOnlyList<string> WithoutSuspension { get; init; } = [];
}
