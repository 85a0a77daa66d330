using OpsRestart.Core.Planning;
using OpsRestart.Tests.Units.GraphFiles;

namespace OpsRestart.Tests.Units.Planning;

public sealed class PlanTableTests
{
    [Fact]
    public void Shows_each_step_with_what_it_really_waits_for()
    {
        var graph = Reading.Valid("""
            graph: shop
            services:
              redis: { unit: redis-server, role: datastore, ready: "redis://localhost" }
              worker: { unit: shop-worker, needs: redis, stopTimeout: 5m }
              web: { unit: shop, needs: redis, stableFor: 5s }
            queues:
              default: { celery: "redis://localhost", fedBy: web, consumedBy: worker }
            hooks:
              migrate: { command: shop migrate }
            """);

        var plan = Planner.Plan(graph, GraphOperation.Restart, new PlanOptions());

        Assert.Equal("Plan: restart of shop, 3 services, 1 drain, 11 steps; nothing was changed", PlanTable.Headline(plan));
        Assert.Equal(
            [
                "stop web |  | ",
                "drain default | stop web | 5m",
                "stop worker | drain default | 5m",
                "stop redis | stop worker | ",
                "start redis | stop redis | 1m 30s",
                "ready redis | start redis | 1m",
                "hook migrate | ready redis | 10m",
                "start worker | hook migrate | 1m 30s",
                "start web | hook migrate | 1m 30s",
                "settle web | start web | ",
                "validate  | start worker, settle web | ",
            ],
            PlanTable.Rows(plan).Select(r => $"{r.Verb} {r.Target} | {r.After} | {(r.Timeout is { } t ? Duration.Format(t) : "")}"));
    }
}
