using OpsRestart.Core.Planning;

namespace OpsRestart.Commands;

[Cmdlet(VerbsDiagnostic.Test, "ServiceGraph", DefaultParameterSetName = ByName)]
[OutputType(typeof(GraphFinding), typeof(bool))]
public sealed class TestServiceGraphCommand : GraphCommand
{
    /// <summary>
    /// Look too at what a restart would find before its first change: units, privilege, brokers, workers, disk. Changes nothing.
    /// </summary>
    [Parameter]
    public SwitchParameter Preflight { get; set; }

    /// <summary>Only true (no errors) or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override void ProcessName(string nameOrPath)
    {
        var document = Session.Graphs.Read(Session.Graphs.Resolve(nameOrPath));
        Report([.. Session.Validate(document)], document.Graph);
    }

    private protected override void Process(ServiceGraph graph) => Report([.. Session.Validate(graph)], graph);

    private void Report(List<GraphFinding> findings, ServiceGraph? graph)
    {
        if (Preflight && graph is not null && !HasErrors(findings))
        {
            Run(async pump => findings.AddRange(await PreflightAsync(graph, pump).ConfigureAwait(false)));
        }

        Write(findings);
    }

    private async Task<IReadOnlyList<GraphFinding>> PreflightAsync(ServiceGraph graph, Pump pump)
    {
        var plan = await Session.PlanAsync(graph, GraphOperation.Restart, new PlanOptions(), pump.Stopping).ConfigureAwait(false);
        return await Session.PreflightAsync(plan, pump.Stopping).ConfigureAwait(false);
    }

    private void Write(IReadOnlyList<GraphFinding> findings)
    {
        if (Quiet)
        {
            WriteObject(!HasErrors(findings));
        }
        else
        {
            WriteObject(findings, enumerateCollection: true);
        }
    }

    private static bool HasErrors(IEnumerable<GraphFinding> findings) => findings.Any(static f => f.Severity == FindingSeverity.Error);
}
