using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "PathPermission")]
[OutputType(typeof(ProbeResult), typeof(bool))]
public sealed class TestPathPermissionCommand : TestEndpointCommand
{
    /// <summary>Files, folders or sockets.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [Alias("FullName", "Target")]
    public string[] Path { get; set; } = [];

    /// <summary>The user whose it has to be, by name or number.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Owner { get; set; }

    /// <summary>The group whose it has to be, by name or number.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string? Group { get; set; }

    /// <summary>Its permissions as chmod takes them, such as 750; of several any will do.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ProbeSetting]
    public string[] Mode { get; set; } = [];

    /// <summary>What it has to be.</summary>
    [Parameter]
    [ValidateSet("file", "folder", "socket")]
    [ProbeSetting]
    public string? Type { get; set; }

    /// <summary>Healthy while there is nothing of this name.</summary>
    [Parameter]
    [ProbeSetting]
    public SwitchParameter Absent { get; set; }

    private protected override string Kind => "path";

    private protected override IEnumerable<string> Targets => Path.Select(GetUnresolvedProviderPathFromPSPath);
}
