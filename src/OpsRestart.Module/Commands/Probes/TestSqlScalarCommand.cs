using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "SqlScalar")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestSqlScalarCommand : TestNumberCommand
{
    /// <summary>A query; its first value is judged.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Query { get; set; } = "";

    /// <summary>Hosts, URIs (<c>postgres://user@host/database</c>) or connection strings of PostgreSQL. Default: localhost.</summary>
    [Parameter(Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ConnectionString", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>What the value has to be, as text.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Expect { get; set; }

    private protected override string Kind => "sql";

    private protected override IEnumerable<string> Targets => Target;

    private protected override ProbeDefinition Define(string target)
    {
        var database = target.Contains('=') ? target : TargetUri.Of("postgres", target);
        return Probe(Kind, Query, [.. ProbeParameters.Of(this), ("postgres", database)]);
    }
}
