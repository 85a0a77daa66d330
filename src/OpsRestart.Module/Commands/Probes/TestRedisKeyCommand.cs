using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "RedisKey")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestRedisKeyCommand : TestNumberCommand
{
    /// <summary>Hosts or URIs with the database: <c>redis://localhost:6379/2</c>. Default: localhost, database 0.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>Only keys like this, in Redis' own pattern: <c>asgi:*</c>. Default: all keys of the database.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Match { get; set; }

    private protected override string Kind => "keys";

    private protected override IEnumerable<string> Targets => Target.Select(static t => TargetUri.Of("redis", t));
}
