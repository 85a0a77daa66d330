using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "MqttBroker")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestMqttBrokerCommand : TestEndpointCommand
{
    /// <summary>Hosts or URIs (<c>mqtt://user:password@host:1883</c>, <c>mqtts://</c>). Default: localhost.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("Uri", "ComputerName")]
    public string[] Target { get; set; } = ["localhost"];

    /// <summary>Wait for a message of this topic: <c>$SYS/broker/uptime</c>.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Topic { get; set; }

    /// <summary>Send a message of our own to -Topic, which has to come back.</summary>
    [Parameter]
    [ProbeSetting]
    public SwitchParameter Publish { get; set; }

    /// <summary>A regular expression that the message has to match.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Pattern { get; set; }

    /// <summary>A login.</summary>
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

    private protected override string Kind => "mqtt";

    private protected override IEnumerable<string> Targets => Target.Select(static t => TargetUri.Of("mqtt", t));
}
