using System.Collections;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "HttpEndpoint")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestHttpEndpointCommand : TestProbeCommand
{
    /// <summary>The URLs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url", "Target")]
    public string[] Uri { get; set; } = [];

    /// <summary>Good status codes: 200, 2xx, 200-399. Default 200-399.</summary>
    [Parameter]
    public string[]? Status { get; set; }

    /// <summary>Default GET, or POST with -Content.</summary>
    [Parameter]
    public string? Method { get; set; }

    /// <summary>The Host header, when the URL names an address but the site goes by name.</summary>
    [Parameter]
    public string? HostHeader { get; set; }

    /// <summary>Headers to send.</summary>
    [Parameter]
    public IDictionary? Header { get; set; }

    /// <summary>The request's body.</summary>
    [Parameter]
    public string? Content { get; set; }

    /// <summary>A text that the body has to hold.</summary>
    [Parameter]
    public string? Contains { get; set; }

    /// <summary>A regular expression that the body has to match.</summary>
    [Parameter]
    public string? Pattern { get; set; }

    /// <summary>Dotted paths into a JSON body and the values there: <c>@{ 'checks.0.status' = 'ok' }</c>.</summary>
    [Parameter]
    public IDictionary? Json { get; set; }

    /// <summary>Headers that the answer has to have, and a text that each holds.</summary>
    [Parameter]
    public IDictionary? ExpectHeader { get; set; }

    /// <summary>The page with the form that -Credential logs in with, on the same server: /accounts/login/.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Login { get; set; }

    /// <summary>Basic authentication, or the login of -Login.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Follow redirects, up to ten.</summary>
    [Parameter]
    public SwitchParameter FollowRedirects { get; set; }

    /// <summary>Accept any certificate.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>A PEM file with the authority that signed the server's certificate.</summary>
    [Parameter]
    public string? CaFile { get; set; }

    /// <summary>Connect to this socket file; the URL gives path and Host only.</summary>
    [Parameter]
    public string? UnixSocket { get; set; }

    private protected override IEnumerable<ProbeDefinition> Define() =>
        Uri.Select(u =>
            Probe(
                "http",
                TargetUri.Of("http", u),
                ("status", Status?.Cast<object?>().ToList()),
                ("method", Method),
                ("hostHeader", HostHeader),
                ("login", Login),
                ("headers", SettingMap.Of(Header)),
                ("content", Content),
                ("contains", Contains),
                ("pattern", Pattern),
                ("json", SettingMap.Of(Json)),
                ("expectHeaders", SettingMap.Of(ExpectHeader)),
                ("user", Credential?.UserName),
                ("password", Credential?.GetNetworkCredential().Password),
                ("followRedirects", FollowRedirects ? true : null),
                ("skipCertificateCheck", SkipCertificateCheck ? true : null),
                ("caFile", CaFile is null ? null : GetUnresolvedProviderPathFromPSPath(CaFile)),
                ("unixSocket", UnixSocket is null ? null : GetUnresolvedProviderPathFromPSPath(UnixSocket))
            )
        );
}
