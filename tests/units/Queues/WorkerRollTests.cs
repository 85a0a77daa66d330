using OpsRestart.Adapters.Queues.Celery;

namespace OpsRestart.Tests.Units.Queues;

public sealed class WorkerRollTests
{
    [Fact]
    public void A_worker_elsewhere_that_fell_silent_may_still_run_unless_its_connection_would_show()
    {
        var roll = new WorkerRoll();
        roll.Saw([Stats("w1@elsewhere", 10)]);
        Assert.Single(roll.SilentButAlive([], connectionsAreSeen: false));
        Assert.Empty(roll.SilentButAlive([Stats("w1@elsewhere", 10)], connectionsAreSeen: false));
        Assert.Single(roll.SilentButAlive([], connectionsAreSeen: false));
        Assert.Empty(roll.SilentButAlive([], connectionsAreSeen: true));
    }

    [Fact]
    public void Its_successor_of_the_same_name_ends_the_wait()
    {
        var roll = new WorkerRoll();
        roll.Saw([Stats("w1@elsewhere", 10)]);
        Assert.Single(roll.SilentButAlive([], connectionsAreSeen: false));
        Assert.Empty(roll.Ended(null));
        Assert.Empty(roll.SilentButAlive([Stats("w1@elsewhere", 11)], connectionsAreSeen: false));
        Assert.Equal(["w1@elsewhere (process 10)"], roll.Ended(null));
    }

    [Fact]
    public void Who_only_ever_consumed_other_queues_is_no_loss_when_it_ends_and_its_tasks_are_not_counted()
    {
        var roll = new WorkerRoll();
        roll.Saw([
            Stats("critical@elsewhere", 10) with
            {
                Accepted = 100,
            },
            Stats("general@elsewhere", 11) with
            {
                Accepted = 20,
            },
            Stats("suspended@elsewhere", 12),
        ]);
        roll.Consumes("critical@elsewhere", ["critical"]);
        roll.Consumes("general@elsewhere", ["general", "late"]);
        roll.Consumes("suspended@elsewhere", []);
        Assert.Empty(roll.SilentButAlive([], connectionsAreSeen: true));

        Assert.Equal(["general@elsewhere (process 11)", "suspended@elsewhere (process 12)"], roll.Ended(new HashSet<string> { "general" }));
        Assert.Equal(3, roll.Ended(null).Count);
        Assert.Equal((20, 120), (roll.AcceptedOf(new HashSet<string> { "general" }), roll.Accepted));
    }

    private static CeleryStats Stats(string node, int pid) => new() { Node = node, Pid = pid };
}
