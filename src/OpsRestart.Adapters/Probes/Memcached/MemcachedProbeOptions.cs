namespace OpsRestart.Adapters.Probes.Memcached;

/// <summary>Settings of a memcached probe. Target: <c>memcached://host:11211</c> or <c>memcached:///run/memcached.sock</c>.</summary>
internal sealed record MemcachedProbeOptions : ProbeOptions
{
    public required ProbeUri Uri { get; init; }

    public static MemcachedProbeOptions Read(ProbeSettings settings) => new() { Uri = ProbeUri.Read(settings, "memcached", 11211, 11212) };
}
