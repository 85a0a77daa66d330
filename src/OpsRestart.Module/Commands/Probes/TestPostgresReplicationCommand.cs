using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "PostgresReplication")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestPostgresReplicationCommand : TestNumberCommand
{
    /// <summary>
    /// Hosts, URIs (<c>postgres://user@host/database</c>) or connection strings, of primaries or replicas. Default: localhost.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ConnectionString", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>What the server has to be: Any (default), Primary or Replica.</summary>
    [Parameter]
    [ProbeSetting]
    public ServerRole? Role { get; set; }

    /// <summary>Of a primary: fewer replicas are Unhealthy. Default 1.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ProbeSetting]
    public int? MinReplicas { get; set; }

    /// <summary>Of a primary: fewer replicas are Degraded. Default 2.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ProbeSetting]
    public int? WarnReplicas { get; set; }

    private protected override string Kind => "replication";

    private protected override IEnumerable<string> Targets => Target.Select(static t => t.Contains('=') ? t : TargetUri.Of("postgres", t));
}
