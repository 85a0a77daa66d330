using System.Text.Json;
using System.Text.Json.Serialization;
using OpsRestart.Cli.Commands;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.Units.Architecture;
using OpsRestart.Tests.Units.Cli;
using OpsRestart.Tests.Units.GraphFiles;

namespace OpsRestart.Tests.Units.Reports;

/// <summary>
/// The tables of a plan and of a run as they are printed, against files that are read by people. The module's tests hold PowerShell's views
/// against the same files. OPSRESTART_SNAPSHOTS=write writes them anew.
/// </summary>
public sealed class TableSnapshotTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "units", "Reports");
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void A_plan_of_every_kind_of_step(int width)
    {
        var graph = Reading.Valid(File.ReadAllText(Path.Combine(Folder, "stack.yml")));
        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());
        var console = new ConsoleText(width: width);
        PlanCommand.Write(plan, json: false, console.Terminal);

        Verify($"plan.{width}.txt", PlanTable.Page(plan, width) + "\n");
        Assert.Equal(PlanTable.Page(plan, width) + "\n", console.Out);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void A_run_of_every_kind_of_step_and_outcome(int width)
    {
        var run = JsonSerializer.Deserialize<ServiceGraphRun>(File.ReadAllText(Path.Combine(Folder, "run.json")), Json)!;
        var console = new ConsoleText(width: width);
        console.Terminal.Write(run);

        Assert.Superset(Enum.GetValues<StepKind>().ToHashSet(), run.Steps.Select(static s => s.Kind).ToHashSet());
        Assert.Superset(
            Enum.GetValues<StepStatus>().Except([StepStatus.Pending, StepStatus.Running]).ToHashSet(),
            run.Steps.Select(static s => s.Status).ToHashSet()
        );
        Verify($"run.{width}.txt", RunTable.Page(run, width, withFailure: true) + "\n");
        Assert.Equal(RunTable.Page(run, width, withFailure: false) + "\n", console.Out);
    }

    private static void Verify(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("OPSRESTART_SNAPSHOTS") == "write")
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
        Assert.DoesNotContain(text.Split('\n'), static l => l.EndsWith(' '));
    }
}
