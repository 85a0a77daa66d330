namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "MemcachedServer")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestMemcachedServerCommand : TestEndpointCommand
{
    /// <summary>Hosts or URIs (<c>memcached://host:11211</c>, <c>memcached:///path</c> of a Unix socket). Default: localhost.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    private protected override string Kind => "memcached";

    private protected override IEnumerable<string> Targets => Target.Select(static t => TargetUri.Of("memcached", t));
}
