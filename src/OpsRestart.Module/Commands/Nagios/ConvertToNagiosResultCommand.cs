using OpsRestart.Core.Reports;

namespace OpsRestart.Commands;

[Cmdlet(VerbsData.ConvertTo, "NagiosResult")]
[OutputType(typeof(NagiosResult))]
public sealed class ConvertToNagiosResultCommand : PSCmdlet
{
    private readonly List<ProbeResult> _results = [];

    /// <summary>Results of probes, all of which become one.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public ProbeResult[] InputObject { get; set; } = [];

    /// <summary>What was checked, to begin the text with.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    protected override void ProcessRecord() => _results.AddRange(InputObject);

    // What was checked last says when.
    protected override void EndProcessing() =>
        WriteObject(NagiosReport.Of(_results, Name, _results.Count > 0 ? _results.Max(static r => r.CheckedAt) : DateTime.UtcNow));
}
