using System.Xml.Linq;

namespace OpsRestart.Tests.Units.Architecture;

/// <summary>The rules catch what they are there for.</summary>
public sealed class RulesTests
{
    [Theory]
    [InlineData("OpsRestart", "OpsRestart.Core")]
    [InlineData("OpsRestart.Core", "OpsRestart.Adapters")]
    [InlineData("OpsRestart.Adapters", "OpsRestart.Module")]
    [InlineData("OpsRestart.Module", "OpsRestart.Cli")]
    [InlineData("OpsRestart.Cli", "OpsRestart.Module")]
    public void A_wrong_direction_is_found(string room, string other)
    {
        Assert.NotEmpty(Rules.ForeignRooms(room, ["System.Runtime", other]));
        Assert.NotEmpty(
            Rules.ProjectRooms(
                room,
                XDocument.Parse($"<Project><ItemGroup><ProjectReference Include='../{other}/{other}.csproj' /></ItemGroup></Project>")
            )
        );
    }

    [Fact]
    public void A_package_is_found() =>
        Assert.NotEmpty(
            Rules.Packages(
                "OpsRestart.Core",
                XDocument.Parse("<Project><ItemGroup><PackageReference Include='Npgsql' /></ItemGroup></Project>")
            )
        );

    [Theory]
    [InlineData("Systemd.Unit", "Probes.TcpProbe", true)]
    [InlineData("Queues.Celery.Inspect", "Queues.Rq.Worker", true)]
    [InlineData("Probes.RedisProbe", "Queues.Depth", true)]
    [InlineData("Systemd.Unit", "Composition.Session", true)]
    [InlineData("Queues.Celery.Inspect", "Queues.Depth", false)]
    [InlineData("Queues.Celery.Inspect", "Redis.Connection", false)]
    [InlineData("Queues.Celery.Probe", "Probes.ProbeBase", false)]
    [InlineData("GraphFiles.Reader", "Probes.ProbeBase", true)]
    [InlineData("Systemd.Unit", "Systemd.Bus.Connection", false)]
    [InlineData("Composition.Session", "Systemd.Unit", false)]
    public void A_sibling_is_found(string type, string used, bool wrong)
    {
        var uses = new Dictionary<string, HashSet<string>>
        {
            ["OpsRestart.Adapters." + type] = ["System.String", "OpsRestart.Adapters." + used],
        };

        Assert.Equal(wrong, Rules.Siblings(uses).Any());
    }

    [Theory]
    [InlineData("Planning.Planner", "Execution.RunState", true)]
    [InlineData("Execution.StepRunner", "Reports.RunTable", true)]
    [InlineData("Reports.PlanTable", "Planning.StepId", false)]
    [InlineData("Execution.Rollback", "Planning.StepId", false)]
    [InlineData("Planning.Planner", "Graph.GraphOrder", false)]
    public void What_is_below_and_uses_what_is_above_is_found(string type, string used, bool wrong)
    {
        var uses = new Dictionary<string, HashSet<string>> { ["OpsRestart.Core." + type] = ["OpsRestart.Core." + used] };

        Assert.Equal(wrong, Rules.Upward(uses).Any());
    }

    [Theory]
    [InlineData(typeof(InLocal), "System.IO.File")]
    [InlineData(typeof(InLambda), "System.Console")]
    [InlineData(typeof(InIterator), "System.Environment")]
    [InlineData(typeof(InAsync), "System.DateTime::get_UtcNow")]
    [InlineData(typeof(InSignature), "System.IO.Stream")]
    [InlineData(typeof(InGeneric), "System.Net.IPAddress")]
    public void What_the_engine_must_not_do_is_found_wherever_it_hides(Type sample, string used)
    {
        var facts = AssemblyFacts.Read(sample.Assembly.Location).Uses[sample.FullName!];

        Assert.Contains(used, facts);
        Assert.NotEmpty(Rules.Impurities(new Dictionary<string, HashSet<string>> { [sample.Name] = facts }));
    }

    [Theory]
    [InlineData("A.cs", "public sealed class A\n{\n    public sealed class Inner\n    {\n    }\n}\ninternal sealed class B;\n", false)]
    [InlineData("A.cs", "public sealed record A(int X);\npublic readonly record struct B(int Y);\n", true)]
    [InlineData("A.cs", "public enum B\n{\n}\n", true)]
    [InlineData("A.Parts.cs", "public static partial class A\n{\n}\n", false)]
    public void Two_public_types_in_a_file_are_found(string path, string text, bool wrong) =>
        Assert.Equal(wrong, Rules.PublicTypes(path, text).Any());
}
