using System.Collections;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "PrometheusMetric")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestPrometheusMetricCommand : TestNumberCommand
{
    /// <summary>The URLs of pages in Prometheus' text format.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url", "Target")]
    public string[] Uri { get; set; } = [];

    /// <summary>The metric.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string Name { get; set; } = "";

    /// <summary>Only samples that carry these: <c>@{ job = 'celery' }</c>.</summary>
    [Parameter]
    [ProbeSetting("labels")]
    public IDictionary? Label { get; set; }

    /// <summary>Hold a counter's growth in a second to the limits, not its value.</summary>
    [Parameter]
    [ProbeSetting]
    public SwitchParameter Rate { get; set; }

    /// <summary>With -Rate: how long to measure. Default a quarter of -Timeout.</summary>
    [Parameter]
    [Duration]
    [ProbeSetting]
    public TimeSpan? Sample { get; set; }

    /// <summary>Only what is beyond a limit for so long, at every look, counts; -Timeout has to be longer.</summary>
    [Parameter]
    [Duration]
    [ProbeSetting]
    public TimeSpan? For { get; set; }

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

    /// <summary>The page with the form that -Credential logs in with, on the same server: /accounts/login/.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Login { get; set; }

    /// <summary>Basic authentication, or the login of -Login.</summary>
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

    private protected override string Kind => "metric";

    private protected override IEnumerable<string> Targets => Uri.Select(static u => TargetUri.Of("http", u));
}
