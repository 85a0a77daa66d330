using System.Collections;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "RoundTrip")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestRoundTripCommand : TestNumberCommand
{
    /// <summary>The URLs where what was sent has to be seen.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url", "Target")]
    public string[] Uri { get; set; } = [];

    /// <summary>The URL that it is sent to, by POST.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string Send { get; set; } = "";

    /// <summary>What is sent; <c>{token}</c> is the text that has to come back. Default: that alone.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Content { get; set; }

    /// <summary>Default application/json.</summary>
    [Parameter]
    [ProbeSetting]
    public string? ContentType { get; set; }

    /// <summary>A URL that is asked first, by GET or, with -PrepareContent, by POST: it opens what is looked at afterwards.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Prepare { get; set; }

    /// <summary>What is sent there.</summary>
    [Parameter]
    [ProbeSetting]
    public string? PrepareContent { get; set; }

    /// <summary>
    /// Names for values in the answer to -Prepare, by their paths: with <c>@{ queue = 'queue_id' }</c> the word <c>{queue}</c> stands for
    /// it in -Uri, -Send and -Content.
    /// </summary>
    [Parameter]
    [ProbeSetting]
    public IDictionary? Capture { get; set; }

    /// <summary>The Host header, when the URL names an address but the site goes by name.</summary>
    [Parameter]
    [ProbeSetting]
    public string? HostHeader { get; set; }

    /// <summary>Headers to send.</summary>
    [Parameter]
    [ProbeSetting("headers")]
    public IDictionary? Header { get; set; }

    /// <summary>A token, sent as Authorization: Bearer; may hold <c>${env:NAME}</c> and <c>${file:/path}</c>.</summary>
    [Parameter]
    [ProbeSetting]
    public string? Bearer { get; set; }

    /// <summary>Basic authentication.</summary>
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

    private protected override string Kind => "roundtrip";

    private protected override TimeSpan? UsualTimeout => TimeSpan.FromSeconds(30);

    private protected override IEnumerable<string> Targets => Uri;
}
