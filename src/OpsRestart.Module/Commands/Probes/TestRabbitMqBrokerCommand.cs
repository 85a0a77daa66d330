using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "RabbitMqBroker")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestRabbitMqBrokerCommand : TestNumberCommand
{
    /// <summary>
    /// Hosts (<c>mq-1</c>, <c>mq-1:5672</c>) or URIs (<c>amqp://user:password@host/vhost</c>, <c>amqps://</c>). Default: localhost.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>These must exist, and are held to -Warn, -Crit and -MinConsumers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting("queues")]
    public string[] Queue { get; set; } = [];

    /// <summary>Unhealthy when fewer consume one of the queues. Default 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    [ProbeSetting]
    public int? MinConsumers { get; set; }

    /// <summary>A login; default: the URI's, or guest.</summary>
    [Parameter]
    [Credential]
    [ProbeSetting("user")]
    public PSCredential? Credential { get; set; }

    /// <summary>Accept any certificate.</summary>
    [Parameter]
    [ProbeSetting]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>A PEM file with the authority that signed the server's certificate.</summary>
    [Parameter]
    [ProbeSetting(IsPath = true)]
    public string? CaFile { get; set; }

    private protected override string Kind => "amqp";

    private protected override IEnumerable<string> Targets => Target.Select(static t => TargetUri.Of("amqp", t));
}
