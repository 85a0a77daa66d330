using System.Management.Automation;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "RqWorker")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestRqWorkerCommand : TestProbeCommand
{
    /// <summary>Redis URIs. Default: redis://localhost/0.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "Target")]
    public string[] Broker { get; set; } = ["redis://localhost/0"];

    /// <summary>Workers that have to be there and alive, with wildcards. Default: at least one, whichever.</summary>
    [Parameter(Position = 1)]
    [Alias("Worker")]
    [SupportsWildcards]
    public string[]? Expected { get; set; }

    private protected override IEnumerable<ProbeDefinition> Define()
        => Broker.Select(b => Probe("rq", TargetUri.Of("redis", KnownBrokers.Restore(b)), ("workers", Expected?.Cast<object?>().ToList())));
}
