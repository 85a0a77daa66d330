namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "PostgresConnection")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestPostgresConnectionCommand : TestProbeCommand
{
    /// <summary>Hosts, URIs (<c>postgres://user@host/database</c>) or connection strings. Default: localhost.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ConnectionString", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>Run this after connecting.</summary>
    [Parameter]
    public string? Query { get; set; }

    /// <summary>What the first value of -Query has to be.</summary>
    [Parameter]
    public string? Expect { get; set; }

    /// <summary>What the server has to be: Any (default), Primary or Replica.</summary>
    [Parameter]
    public ServerRole? Role { get; set; }

    /// <summary>Treat a refused login as healthy. Default: yes, if no password, -Query or -Role is given.</summary>
    [Parameter]
    public SwitchParameter AcceptAuthFailure { get; set; }

    private protected override IEnumerable<ProbeDefinition> Define() =>
        Target.Select(t =>
            Probe(
                "postgres",
                t.Contains('=') ? t : TargetUri.Of("postgres", t),
                ("query", Query),
                ("expect", Expect),
                ("role", Role?.ToString().ToLowerInvariant()),
                (
                    "acceptAuthFailure",
                    MyInvocation.BoundParameters.ContainsKey(nameof(AcceptAuthFailure)) ? AcceptAuthFailure.ToBool() : null
                )
            )
        );
}
