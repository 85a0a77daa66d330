namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "CeleryWorker")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestCeleryWorkerCommand : TestProbeCommand
{
    /// <summary>The brokers' URIs. Default: redis://localhost/0.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "Target")]
    public string[] Broker { get; set; } = ["redis://localhost/0"];

    /// <summary>
    /// Nodes that have to answer, with wildcards; <c>{hostname}</c> is this host's name. Default: at least one, whichever.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Worker { get; set; } = [];

    private protected override IEnumerable<ProbeDefinition> Define() =>
        Broker.Select(b =>
            Probe(
                "celery",
                TargetUri.Of("redis", Session.Brokers.Restore(b)),
                ("workers", Worker.Length == 0 ? null : Worker.Cast<object?>().ToList())
            )
        );
}
