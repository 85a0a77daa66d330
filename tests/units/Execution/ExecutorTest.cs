using OpsRestart.Tests.Units.Fakes;
using static OpsRestart.Tests.Units.Fakes.FakeWorld;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>A datastore, a worker with its queue, and a web node, in a world of fakes.</summary>
[Collection("fake clock")]
public abstract class ExecutorTest
{
    protected static ServiceGraph Stack { get; } =
        new()
        {
            Name = "stack",
            Nodes = [Node("db") with { Ready = [Probe("db")] }, Node("worker", "db"), Node("web", "db") with { Ready = [Probe("web")] }],
            Queues =
            [
                new GraphQueue
                {
                    Name = "default",
                    System = "celery",
                    Broker = "redis://",
                    FedBy = ["web"],
                    ConsumedBy = ["worker"],
                    Timeout = TimeSpan.FromSeconds(30),
                },
            ],
        };

    private protected FakeWorld World { get; } = new();

    private protected IEnumerable<string> Calls => World.Services.Calls;

    protected static StepReport Step(ServiceGraphRun run, string id) => run.Steps.First(s => s.Id == id && !s.IsRollback);
}
