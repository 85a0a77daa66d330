namespace OpsRestart.Adapters.Probes;

/// <summary>What every kind of probe takes.</summary>
internal abstract record ProbeOptions
{
    /// <summary>Setting <c>maxLatency</c>: a healthy answer that took longer is Degraded. Null: any time within the timeout will do.</summary>
    public TimeSpan? MaxLatency { get; init; }
}
