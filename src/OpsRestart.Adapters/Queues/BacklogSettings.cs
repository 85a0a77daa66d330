using OpsRestart.Adapters.Probes;

namespace OpsRestart.Adapters.Queues;

/// <summary>How a backlog is looked at and judged, as settings say: those of the probe, which are the cmdlet's parameters.</summary>
/// <param name="Limits">What is bearable.</param>
/// <param name="Sample">How long a rate is measured; not at all where no limit asks for one.</param>
internal sealed record BacklogSettings(BacklogLimits Limits, TimeSpan Sample)
{
    private static readonly LimitScale Count = LimitScale.Count with { Keys = (null, "max", null, null) };
    private static readonly LimitScale Clear = LimitScale.Time with
    {
        Keys = (null, "timeToClear", null, "warnTimeToClear"),
        Ranges = (null, null),
    };

    /// <param name="settings">Where they stand.</param>
    /// <param name="sample">How long a rate is measured by default.</param>
    public static BacklogSettings Read(ProbeSettings settings, TimeSpan sample)
    {
        var usual = new BacklogLimits();
        var count = ProbeLimits.Read(settings, Count).Bounds;
        var clear = ProbeLimits.Read(settings, Clear).Bounds;
        return new BacklogSettings(
            usual with
            {
                Count = count.IsEmpty && clear.IsEmpty ? usual.Count : count,
                TimeToClear = clear,
                CountWithoutRate = count,
                MaxAge = settings.Duration("maxAge"),
                MinConsumers = settings.Int("minConsumers") ?? usual.MinConsumers,
                StuckAfter = settings.Duration("stuckAfter") ?? usual.StuckAfter,
                StuckOver = settings.Int("stuckOver") ?? usual.StuckOver,
            },
            settings.Duration("sample") ?? sample
        );
    }
}
