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
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Worker { get; set; } = [];

    private protected override IEnumerable<ProbeDefinition> Define() =>
        Broker.Select(b =>
            Probe(
                "rq",
                TargetUri.Of("redis", Session.Brokers.Restore(b)),
                ("workers", Worker.Length == 0 ? null : Worker.Cast<object?>().ToList())
            )
        );
}
