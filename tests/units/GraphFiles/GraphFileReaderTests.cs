namespace OpsRestart.Tests.Units.GraphFiles;

public sealed class GraphFileReaderTests
{
    private const string Nautobot = """
        graph: nautobot
        services:
          postgresql: { unit: postgresql@15-main, role: datastore, ready: "postgres://nautobot@/nautobot?host=/run/postgresql" }
          redis:      { unit: redis-server, role: datastore, ready: "redis://localhost:6379/0" }
          scheduler:  { unit: nautobot-scheduler, role: scheduler, needs: [redis, postgresql] }
          worker:     { unit: nautobot-worker, role: worker, needs: [redis, postgresql], stopTimeout: 5m }
          web:
            unit: nautobot
            role: web
            needs: [redis, postgresql]
            ready: { http: "http://127.0.0.1:8000/health/", status: 200, within: 60s }
            stableFor: 5s
        queues:
          default:
            celery: "redis://localhost:6379/0"
            queues: [default]
            workers: ["celery@{hostname}"]
            fedBy: [web, scheduler]
            consumedBy: [worker]
            drain: drained          # executing | drained | quiescent | none
            timeout: 5m
            onTimeout: abort        # abort | continue | kill
        """;

    [Fact]
    public void Reads_the_services_of_a_graph_with_their_lines()
    {
        var graph = Reading.Valid(Nautobot);

        Assert.Equal("nautobot", graph.Name);
        Assert.Equal("graph.yml", graph.Path);
        Assert.Equal(["postgresql:3", "redis:4", "scheduler:5", "worker:6", "web:7"], graph.Nodes.Select(n => $"{n.Name}:{n.Line}"));
        var web = graph.Nodes[4];
        Assert.Equal("nautobot", web.Service);
        Assert.Equal(ServiceManagerKind.Systemd, web.Manager);
        Assert.Equal("web", web.Role);
        Assert.Equal(["redis", "postgresql"], web.Needs);
        Assert.Equal(TimeSpan.FromSeconds(5), web.StableFor);
        Assert.Equal(TimeSpan.FromMinutes(5), graph.Nodes[3].StopTimeout);
        Assert.Null(web.StopTimeout);
    }

    [Fact]
    public void Reads_probes_as_uri_and_as_map()
    {
        var graph = Reading.Valid(Nautobot);

        var redis = Assert.Single(graph.Nodes[1].Ready);
        Assert.Equal(("redis", "redis://localhost:6379/0", "redis", 4), (redis.Kind, redis.Target, redis.Node, redis.Line));
        var http = Assert.Single(graph.Nodes[4].Ready);
        Assert.Equal(("http", "http://127.0.0.1:8000/health/", TimeSpan.FromSeconds(60)), (http.Kind, http.Target, http.Within));
        Assert.Equal([KeyValuePair.Create("status", (object?)200L)], http.Settings);
    }

    [Fact]
    public void Reads_queues()
    {
        var queue = Assert.Single(Reading.Valid(Nautobot).Queues);

        Assert.Equal(("default", "celery", "redis://localhost:6379/0", 14), (queue.Name, queue.System, queue.Broker, queue.Line));
        Assert.Equal(["celery@{hostname}"], queue.Workers);
        Assert.Equal(["web", "scheduler"], queue.FedBy);
        Assert.Equal(["worker"], queue.ConsumedBy);
        Assert.Equal(
            (DrainLevel.Drained, DrainTimeoutPolicy.Abort, TimeSpan.FromMinutes(5)),
            (queue.Drain, queue.OnTimeout, queue.Timeout)
        );
        Assert.Empty(queue.Settings);
    }

    [Fact]
    public void Keeps_the_settings_that_belong_to_a_probe_or_a_queue_system_as_written()
    {
        var graph = Reading.Valid(
            """
            graph: g
            services:
              a:
                unit: a
                ready:
                  - redis: "${env:REDIS_URL}"
                    within: 1m30s
                    every: 500ms
                    successes: 3
                    timeout: 2
                  - sql: "select count(*) from fts_update_log"
                    postgres: "postgres:///zulip"
                    max: 5
                    ratio: 0.5
                    exact: true
                    text: "200"
                    list: [1, b]
                    headers: { Host: example.org }
                    nothing: ~
            queues:
              q: { rq: "redis://localhost", keyPrefix: "p:", contentType: application/x-nautobot-json }
            validate: tcp://localhost:9000
            """
        );

        var redis = graph.Nodes[0].Ready[0];
        Assert.Equal("${env:REDIS_URL}", redis.Target);
        Assert.Equal((90, 0.5, 3, 2), (redis.Within.TotalSeconds, redis.Every.TotalSeconds, redis.Successes, redis.Timeout.TotalSeconds));
        Assert.Empty(redis.Settings);
        var sql = graph.Nodes[0].Ready[1];
        Assert.Equal("sql", sql.Kind);
        Assert.Equal(["postgres:///zulip", 5L, 0.5, true, "200"], sql.Settings.Values.Take(5));
        Assert.Equal(["1", "b"], Assert.IsType<string[]>(sql.Settings["list"]));
        Assert.Equal("example.org", Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(sql.Settings["headers"])["Host"]);
        Assert.Null(sql.Settings["nothing"]);
        Assert.Equal(["keyPrefix", "contentType"], graph.Queues[0].Settings.Keys);
        Assert.Equal("tcp", Assert.Single(graph.Validate).Kind);
    }

    [Fact]
    public void Expands_a_set_of_instances_and_what_refers_to_it()
    {
        var graph = Reading.Valid(
            """
            graph: g
            services:
              worker:
                unit: celery@{critical,general}
                ready: { celery: "redis://localhost", workers: ["{instance}@{hostname}"] }
              shard: { program: "shard:{1..3}", needs: worker@general }
              web: { unit: web, needs: [worker], stopsAfter: [shard, worker@critical] }
            queues:
              q: { celery: "redis://localhost", fedBy: [web], consumedBy: [worker] }
            hooks:
              migrate: { command: app migrate --name 'the database', needs: [worker] }
            """
        );

        Assert.Equal(
            [
                "worker@critical=celery@critical",
                "worker@general=celery@general",
                "shard@1=shard:1",
                "shard@2=shard:2",
                "shard@3=shard:3",
                "web=web",
            ],
            graph.Nodes.Select(n => $"{n.Name}={n.Service}")
        );
        Assert.Equal(ServiceManagerKind.Supervisor, graph.Nodes[2].Manager);
        Assert.Equal(["worker@general"], graph.Nodes[2].Needs);
        Assert.Equal(["worker@critical", "worker@general"], graph.Nodes[5].Needs);
        Assert.Equal(["shard@1", "shard@2", "shard@3", "worker@critical"], graph.Nodes[5].StopsAfter);
        Assert.Equal(["worker@critical", "worker@general"], graph.Queues[0].ConsumedBy);
        Assert.Equal(["worker@critical", "worker@general"], graph.Hooks[0].Needs);
        Assert.Equal(["app", "migrate", "--name", "the database"], graph.Hooks[0].Command);
        var probe = Assert.Single(graph.Nodes[0].Ready);
        Assert.Equal("worker@critical", probe.Node);
        Assert.Equal(["critical@{hostname}"], Assert.IsType<string[]>(probe.Settings["workers"]));
    }

    [Fact]
    public void Gives_defaults_to_services_that_do_not_say_otherwise()
    {
        var graph = Reading.Valid(
            """
            graph: g
            defaults: { stopTimeout: 20s, host: ops@db1, stableFor: 3s, scope: user, startTimeout: 10 }
            services:
              a: { unit: a }
              b: { unit: b, stopTimeout: 5s, host: ops@db2, scope: System }
            """
        );

        Assert.Equal(
            ["20s ops@db1 User 10s", "5.0s ops@db2 System 10s"],
            graph.Nodes.Select(n => $"{Duration.Format(n.StopTimeout!.Value)} {n.HostName} {n.Scope} {Duration.Format(n.StartTimeout)}")
        );
    }

    [Fact]
    public void Reads_json_with_tabs_and_slashes()
    {
        var graph = Reading.Valid(
            "{\n\t\"graph\": \"g\",\n\t\"services\": {\n\t\t\"a\": { \"unit\": \"a\", \"needs\": [ \"b\" ], \"protected\": true, "
                + "\"ready\": \"redis:\\/\\/localhost\" },\n\t\t\"b\": { \"unit\": \"\\u0062\" }\n\t}\n}\n"
        );

        Assert.Equal(["a", "b"], graph.Nodes.Select(n => n.Service));
        Assert.True(graph.Nodes[0].Protected);
        Assert.Equal("redis://localhost", graph.Nodes[0].Ready[0].Target);
    }

    [Fact]
    public void Follows_aliases()
    {
        var graph = Reading.Valid(
            """
            graph: g
            services:
              a: { unit: a, ready: &up { tcp: "tcp://localhost:1", within: 5s } }
              b: { unit: b, ready: *up }
            """
        );

        Assert.Equal("tcp://localhost:1", graph.Nodes[1].Ready[0].Target);
        Assert.Equal("b", graph.Nodes[1].Ready[0].Node);
    }

    [Fact]
    public void Keeps_an_exec_probe_written_as_a_list_apart_from_its_arguments()
    {
        var probe = Reading
            .Valid("{ graph: g, services: { a: { unit: a, ready: { exec: [/usr/bin/check, -w, '5 %'] } } } }")
            .Nodes[0]
            .Ready[0];

        Assert.Equal("/usr/bin/check", probe.Target);
        Assert.Equal(["-w", "5 %"], Assert.IsType<string[]>(probe.Settings["arguments"]));
    }
}
