using System.Collections;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "WebSocket")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestWebSocketCommand : TestEndpointCommand
{
    /// <summary>The URLs: ws:// or wss://.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url", "Target")]
    public string[] Uri { get; set; } = [];

    /// <summary>Headers to send.</summary>
    [Parameter]
    [ProbeSetting("headers")]
    public IDictionary? Header { get; set; }

    /// <summary>A token, sent as Authorization: Bearer; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Bearer { get; set; }

    /// <summary>Subprotocols to offer.</summary>
    [Parameter]
    [ProbeSetting("protocols")]
    public string[] Protocol { get; set; } = [];

    /// <summary>A text to send once the connection is up.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Send { get; set; }

    /// <summary>A regular expression that a message has to match.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Pattern { get; set; }

    /// <summary>Dotted paths into a message's JSON and the values there: <c>@{ type = 'connected' }</c>.</summary>
    [Parameter]
    [ProbeSetting]
    public IDictionary? Json { get; set; }

    /// <summary>Accept any certificate.</summary>
    [Parameter]
    [ProbeSetting]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>A PEM file with the authority that signed the server's certificate.</summary>
    [Parameter]
    [ProbeSetting(IsPath = true)]
    public string? CaFile { get; set; }

    private protected override string Kind => "ws";

    private protected override IEnumerable<string> Targets => Uri.Select(static u => TargetUri.Of("ws", u));
}
