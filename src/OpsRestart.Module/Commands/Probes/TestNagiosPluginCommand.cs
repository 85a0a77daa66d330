using System.Collections;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "NagiosPlugin")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestNagiosPluginCommand : TestEndpointCommand
{
    /// <summary>Where distributions put plugins: a name without a path is looked for there, then in PATH.</summary>
    private static readonly string[] Folders =
    [
        "/usr/lib/nagios/plugins",
        "/usr/lib64/nagios/plugins",
        "/usr/lib/monitoring-plugins",
        "/usr/local/lib/nagios/plugins",
    ];

    /// <summary>The plugin: a path, or a name such as check_disk.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("FilePath", "FullName", "Target")]
    public string[] Path { get; set; } = [];

    /// <summary>Its arguments, each as it is; secrets belong into -Environment.</summary>
    [Parameter(Position = 1)]
    [Alias("ArgumentList")]
    [ProbeSetting("arguments")]
    public string[] Argument { get; set; } = [];

    /// <summary>Variables for it. Little else is inherited.</summary>
    [Parameter]
    [ProbeSetting]
    public IDictionary? Environment { get; set; }

    /// <summary>Where it runs.</summary>
    [Parameter]
    [ProbeSetting(IsPath = true)]
    public string? WorkingDirectory { get; set; }

    private protected override string Kind => "exec";

    private protected override TimeSpan? UsualTimeout => TimeSpan.FromSeconds(10);

    private protected override IEnumerable<string> Targets =>
        Path.Select(p =>
            p.Contains('/') || p.StartsWith('~')
                ? GetUnresolvedProviderPathFromPSPath(p)
                : Folders.Select(f => $"{f}/{p}").FirstOrDefault(File.Exists) ?? p
        );
}
