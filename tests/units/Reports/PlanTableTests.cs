using OpsRestart.Core.Planning;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.Units.GraphFiles;

namespace OpsRestart.Tests.Units.Reports;

public sealed class PlanTableTests
{
    [Fact]
    public void Shows_each_step_with_what_it_really_waits_for()
    {
        var graph = Reading.Valid(
            """
            graph: shop
            services:
              redis: { unit: redis-server, role: datastore, ready: "redis://localhost" }
              worker: { unit: shop-worker, needs: redis, stopTimeout: 5m }
              web: { unit: shop, needs: redis, stableFor: 5s }
            queues:
              default: { celery: "redis://localhost", fedBy: web, consumedBy: worker }
            hooks:
              migrate: { command: shop migrate }
            """
        );

        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());

        Assert.Equal("Plan: restart of shop, 3 services, 1 drain, 11 steps; nothing was changed", PlanTable.Headline(plan));
        Assert.Equal(
            """

             Plan: restart of shop, 3 services, 1 drain, 11 steps; nothing was changed

             Step               After                     At most  What
             ----               -----                     -------  ----
             stop      web                                         Stop shop
             drain     default  stop web                       5m  Wait until no task runs or waits; on timeout abort
             stop      worker   drain default                  5m  Stop shop-worker
             stop      redis    stop worker                        Stop redis-server
             start     redis    stop redis                 1m 30s  Start redis-server
             ready     redis    start redis                    1m  Wait until redis redis://localhost is healthy
             hook      migrate  ready redis                   10m  Run shop migrate
             start     worker   hook migrate               1m 30s  Start shop-worker
             start     web      hook migrate               1m 30s  Start shop
             settle    web      start web                          shop stays up for 5.0s
             validate           start worker, settle web           Check all probes of the graph, and the journals for errors

            """,
            PlanTable.Page(plan, int.MaxValue).ToString()
        );
    }
}
