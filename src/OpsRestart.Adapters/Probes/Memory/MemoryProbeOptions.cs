namespace OpsRestart.Adapters.Probes.Memory;

/// <summary>Settings of a memory probe. Target: the service, or empty for the node that the probe belongs to.</summary>
internal sealed record MemoryProbeOptions : ProbeOptions
{
    /// <summary>The target, or the name of the node.</summary>
    public string? Service { get; init; }

    /// <summary>No target was given: it is about the node that the probe belongs to.</summary>
    public bool IsNode { get; init; }

    /// <summary><c>max</c> and <c>warnMax</c>: bytes of the whole service, all its processes.</summary>
    public required ProbeLimits Limits { get; init; }

    public static MemoryProbeOptions Read(ProbeSettings settings)
    {
        var service = settings.Target.Length == 0 ? null : settings.Target;
        if (service is null && string.IsNullOrEmpty(settings.Service))
        {
            settings.FailTarget("is empty", "Name the service.");
        }

        var limits = ProbeLimits.ReadSizes(settings);
        if (limits.IsEmpty)
        {
            settings.Fail("max", "is missing: there is nothing to compare the memory with", "Add max: 800MiB, warnMax: 600MiB, or both.", "MissingValue");
        }

        return new MemoryProbeOptions { Service = service ?? settings.Service, IsNode = service is null, Limits = limits };
    }
}
