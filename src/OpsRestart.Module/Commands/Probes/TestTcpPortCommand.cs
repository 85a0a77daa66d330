namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "TcpPort")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestTcpPortCommand : TestProbeCommand
{
    /// <summary><c>host:port</c>, <c>unix:/path</c>, or hosts together with -Port.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    public string[] Target { get; set; } = [];

    /// <summary>The port of targets that don't name one.</summary>
    [Parameter(Position = 1)]
    [ValidateRange(1, 65535)]
    public int? Port { get; set; }

    /// <summary>A TLS session is part of the check.</summary>
    [Parameter]
    public SwitchParameter Tls { get; set; }

    /// <summary>With -Tls: accept any certificate.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Text to send after connecting; <c>\r \n \t \0</c> are written so.</summary>
    [Parameter]
    public string? Send { get; set; }

    /// <summary>A regular expression that the peer's first words have to match.</summary>
    [Parameter]
    public string? Pattern { get; set; }

    private protected override IEnumerable<ProbeDefinition> Define() =>
        Target.Select(t =>
            Probe(
                "tcp",
                WithPort(t),
                ("tls", Tls ? true : null),
                ("skipCertificateCheck", SkipCertificateCheck ? true : null),
                ("send", Send),
                ("pattern", Pattern)
            )
        );

    private string WithPort(string target) => Port is { } port && !HasPort(target) ? $"{target}:{port}" : target;

    private static bool HasPort(string target) =>
        target.Contains('/') || (target.StartsWith('[') ? target.Contains("]:", StringComparison.Ordinal) : target.Contains(':'));
}
