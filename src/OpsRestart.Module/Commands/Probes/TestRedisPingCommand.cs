namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "RedisPing")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestRedisPingCommand : TestProbeCommand
{
    /// <summary>Hosts (<c>cache-2</c>, <c>cache-2:6380</c>) or URIs (<c>redis:// rediss:// unix://</c>). Default: localhost.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    private protected override IEnumerable<ProbeDefinition> Define() => Target.Select(static t => Probe("redis", TargetUri.Of("redis", t)));
}
