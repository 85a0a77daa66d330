using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Planning;

public sealed class PartTests
{
    private static readonly ServiceGraph Bus = new()
    {
        Name = "bus",
        Nodes =
        [
            Node("redis") with
            {
                Role = "datastore",
            },
            Node("celery@general", "redis") with
            {
                Role = "worker",
            },
            Node("celery@ml", "redis") with
            {
                Role = "worker",
            },
            Node("beat", "celery@general") with
            {
                Role = "scheduler",
            },
            Node("web", "redis") with
            {
                Role = "web",
            },
        ],
    };

    [Fact]
    public void A_role_means_its_nodes_and_what_is_related_to_them()
    {
        Assert.Equal(["celery@general", "celery@ml", "beat"], Nodes(GraphOperation.Restart, new NodePart { Roles = ["worker"] }));
        Assert.Equal(["redis", "celery@general", "celery@ml"], Nodes(GraphOperation.Start, new NodePart { Roles = ["work*"] }));
        Assert.Equal(["celery@general", "celery@ml"], Nodes(GraphOperation.Restart, new NodePart { Roles = ["worker"] }, only: true));
        Assert.Equal(["celery@ml"], Nodes(GraphOperation.Stop, new NodePart { Names = ["celery@ml", "web"], Roles = ["worker"] }));
    }

    [Fact]
    public void What_is_excluded_stays_as_it_is_and_takes_nothing_along()
    {
        Assert.Equal(["redis", "beat", "web"], Nodes(GraphOperation.Stop, new NodePart { Exclude = ["celery"] }));
        Assert.Equal(
            ["redis", "celery@ml", "web"],
            Nodes(GraphOperation.Stop, new NodePart { Names = ["redis"], Exclude = ["celery@general"] })
        );
        Assert.Equal(["celery@general"], Nodes(GraphOperation.Start, new NodePart { Names = ["celery@general"], KeepDatastores = true }));
    }

    [Theory]
    [InlineData(GraphOperation.Start)]
    [InlineData(GraphOperation.Stop)]
    [InlineData(GraphOperation.Restart)]
    public void Datastores_are_kept(GraphOperation operation) =>
        Assert.Equal(["celery@general", "celery@ml", "beat", "web"], Nodes(operation, new NodePart { KeepDatastores = true }));

    [Fact]
    public void A_role_does_not_name_what_is_protected()
    {
        var graph = Bus with { Nodes = [.. Bus.Nodes.Select(static n => n.Name == "celery@ml" ? n with { Protected = true } : n)] };
        var options = new PlanOptions { Part = new NodePart { Roles = ["worker"] } };
        Assert.Equal(["celery@general", "beat"], Planner.Plan(graph, GraphOperation.Restart, options).Nodes);
    }

    [Fact]
    public void Unknown_names_and_roles_and_a_part_without_nodes_are_told()
    {
        var role = Refused(new NodePart { Roles = ["workr"] });
        Assert.Equal((OpsError.UnitNotFound, "workr", "Did you mean 'worker'?"), (role.Error, role.Target, role.Advice));
        Assert.Contains("Its roles are: datastore, worker, scheduler, web.", Refused(new NodePart { Roles = ["mqtt"] }).Advice, default);
        var name = Refused(new NodePart { Exclude = ["rediss"] });
        Assert.Equal((OpsError.UnitNotFound, "Did you mean 'redis'?"), (name.Error, name.Advice));
        var empty = Refused(new NodePart { Names = ["redis"], KeepDatastores = true });
        Assert.Equal(OpsError.InvalidArgument, empty.Error);
        Assert.Contains("redis (datastore)", empty.Advice, default);
    }

    [Fact]
    public void The_plan_says_what_is_left_alone_and_what_of_it_loses_what_it_needs()
    {
        var options = new PlanOptions
        {
            Part = new NodePart { Names = ["redis"], Exclude = ["web"] },
        };
        var plan = Planner.Plan(Bus, GraphOperation.Restart, options);
        Assert.Equal(["web", "web stays as it is and needs redis, which is restarted"], PlanTable.LeftAlone(plan));
        Assert.Contains(" Left alone:\n   web\n", PlanTable.Page(plan, 120).ToString(), default);
        Assert.Empty(PlanTable.LeftAlone(Planner.Plan(Bus, GraphOperation.Restart, new PlanOptions())));
    }

    private static IReadOnlyList<string> Nodes(GraphOperation operation, NodePart part, bool only = false) =>
        Planner.Plan(Bus, operation, new PlanOptions { Part = part, Only = only }).Nodes;

    private static OpsRestartException Refused(NodePart part) =>
        Assert.Throws<OpsRestartException>(() => Planner.Plan(Bus, GraphOperation.Restart, new PlanOptions { Part = part }));
}
