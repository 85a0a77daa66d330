using System.Text.Json;

namespace OpsRestart.Tests.Units.GraphFiles;

public sealed class GraphWriterTests
{
    private const string Shop = """
        graph: shop
        services:
          db: { unit: postgresql@15-main, role: datastore, ready: "postgres://shop:${env:PGPASSWORD}@/shop" }
          redis: { unit: redis-server, role: datastore, ready: { redis: "redis://localhost", within: 10s }, protected: true }
          worker: { unit: "celery@{critical,general}", role: worker, needs: [db, redis], stopTimeout: 5m }
          beat: { unit: beat, role: scheduler, needs: redis, host: ops@app2, startsAfter: [worker] }
          web: { unit: web, role: web, needs: [db], ready: [ "http://localhost/", { log: 'ready "now"' } ], stableFor: 5s, stopsAfter: beat, check: [nginx, -t] }
          mail: { program: "mail:smtp", role: relay }
        queues:
          default: { celery: "redis://localhost/0", fedBy: [web, beat], consumedBy: worker, onTimeout: kill, keyPrefix: "p" }
          later: { rq: "redis://localhost/1", drain: none }
        hooks:
          migrate: { command: [shop, migrate], needs: [db], timeout: 90s }
        validate: "tcp://localhost:25"
        """;

    [Fact]
    public void Writes_yaml_that_people_would_write()
    {
        Assert.Equal(
            """
            graph: shop
            services:
              db:
                unit: postgresql@15-main
                role: datastore
                ready: postgres://shop:${env:PGPASSWORD}@/shop
              redis:
                unit: redis-server
                role: datastore
                ready:
                  redis: redis://localhost
                  within: 10s
                protected: true
              worker@critical:
                unit: celery@critical
                role: worker
                needs: [db, redis]
                stopTimeout: 5m
              worker@general:
                unit: celery@general
                role: worker
                needs: [db, redis]
                stopTimeout: 5m
              beat:
                unit: beat
                host: ops@app2
                role: scheduler
                needs: [redis]
                startsAfter: [worker@critical, worker@general]
              web:
                unit: web
                role: web
                needs: [db]
                stopsAfter: [beat]
                ready:
                - http://localhost/
                - log: ready "now"
                stableFor: 5s
                check: [nginx, -t]
              mail:
                program: mail:smtp
                role: relay
            queues:
              default:
                celery: redis://localhost/0
                fedBy: [web, beat]
                consumedBy: [worker@critical, worker@general]
                onTimeout: kill
                keyPrefix: p
              later:
                rq: redis://localhost/1
                drain: none
            hooks:
              migrate:
                command: [shop, migrate]
                needs: [db]
                timeout: 1m30s
            validate: tcp://localhost:25

            """,
            Reading.Write(Reading.Valid(Shop), GraphFormat.Yaml)
        );
    }

    [Fact]
    public void Writes_the_commands_of_a_service_without_secrets_and_reads_them_again()
    {
        const string site = """
            graph: site
            services:
              site:
                command:
                  start: [/srv/start, --token=hunter2]
                  stop: /srv/stop
                  status: /srv/status -q
                  restart: /srv/restart
                  user: app
                  environment: { PASSWORD: hunter2, REF: "${env:REF}" }
                  workingDirectory: /srv
                  timeout: 2m
            """;
        var written = Reading.Write(Reading.Valid(site), GraphFormat.Yaml);
        Assert.DoesNotContain("hunter2", written, StringComparison.Ordinal);
        var node = Reading.Valid(written).Nodes[0];
        var commands = node.Commands!;
        Assert.Equal((ServiceManagerKind.Command, "site"), (node.Manager, node.Service));
        Assert.Equal(TimeSpan.FromMinutes(2), commands.Timeout);
        Assert.Equal((commands.Timeout, commands.Timeout), (node.StartTimeout, node.StopTimeout));
        Assert.Equal(["/srv/start", "--token=***"], commands.Start);
        Assert.Equal(["/srv/stop"], commands.Stop);
        Assert.Equal(["/srv/status", "-q"], commands.Status);
        Assert.Equal(["/srv/restart"], commands.Restart);
        Assert.Equal(("app", "/srv"), (commands.User, commands.WorkingDirectory));
        Assert.Equal("${env:REF}", commands.Environment["REF"]);
    }

    [Fact]
    public void Draws_for_mermaid()
    {
        Assert.Equal(
            """
            ---
            title: "shop"
            ---
            flowchart TD
                s_db[("db<br/>postgresql@15-main")]:::datastore
                s_redis[("redis<br/>redis-server")]:::datastore
                s_worker_critical[["worker@critical<br/>celery@critical"]]:::worker
                s_worker_general[["worker@general<br/>celery@general"]]:::worker
                s_beat{{"beat<br/>beat on ops@app2"}}:::scheduler
                s_web(["web"]):::web
                s_mail["mail<br/>mail:smtp"]:::service
                q_default[/"default<br/>celery, drained"/]:::queue
                q_later[/"later<br/>rq"/]:::queue
                s_worker_critical --> s_db
                s_worker_critical --> s_redis
                s_worker_general --> s_db
                s_worker_general --> s_redis
                s_beat --> s_redis
                s_beat -.->|starts after| s_worker_critical
                s_beat -.->|starts after| s_worker_general
                s_web --> s_db
                s_web -.->|stops after| s_beat
                s_beat ==>|feeds| q_default
                s_web ==>|feeds| q_default
                q_default ==>|worked off by| s_worker_critical
                q_default ==>|worked off by| s_worker_general
                classDef datastore fill:#dbeafe,stroke:#1d4ed8,color:#111
                classDef worker fill:#dcfce7,stroke:#15803d,color:#111
                classDef scheduler fill:#fef9c3,stroke:#a16207,color:#111
                classDef web fill:#fae8ff,stroke:#a21caf,color:#111
                classDef service fill:#f4f4f5,stroke:#52525b,color:#111
                classDef queue fill:#ffedd5,stroke:#c2410c,color:#111

            """,
            Reading.Write(Reading.Valid(Shop), GraphFormat.Mermaid)
        );
    }

    [Fact]
    public void Draws_for_graphviz()
    {
        var graph = Reading.Valid(
            """
            graph: a "b"
            services:
              db: { unit: db, role: datastore }
              web: { unit: "w\\x", needs: db, stopsAfter: db }
              a.b: { unit: a }
              a-b: { unit: b }
            queues:
              q: { rq: "redis://x", fedBy: web, consumedBy: db }
            """.Replace("a \"b\"", "ab", StringComparison.Ordinal)
        ) with
        {
            Name = "a \"b\"",
        };

        Assert.Equal(
            """
            digraph "a \"b\"" {
                rankdir=TB
                node [style=filled fontname="sans-serif" fontsize=11]
                edge [fontname="sans-serif" fontsize=9]
                s_db [label="db" shape=cylinder fillcolor="#dbeafe"]
                s_web [label="web\nw\\x" shape=box fillcolor="#f4f4f5"]
                s_a_b [label="a.b\na" shape=box fillcolor="#f4f4f5"]
                s_a_b_3 [label="a-b\nb" shape=box fillcolor="#f4f4f5"]
                q_q [label="q\nrq, drained" shape=parallelogram fillcolor="#ffedd5"]
                s_web -> s_db
                s_web -> s_db [label="stops after" style=dashed]
                s_web -> q_q [label="feeds" penwidth=2]
                q_q -> s_db [label="worked off by" penwidth=2]
            }

            """,
            Reading.Write(graph, GraphFormat.Dot)
        );
    }

    [Fact]
    public void Reads_back_what_it_wrote()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var graph = new GraphMaker(seed).Make();
            var text = Reading.Write(graph, GraphFormat.Yaml);
            var document = Reading.Parse(text);

            Assert.True(document.Findings.Count == 0, $"seed {seed}: {string.Join('\n', document.Findings)}\n{text}");
            Assert.True(
                Comparable(graph) == Comparable(document.Graph!),
                $"seed {seed}:\n{Comparable(graph)}\n{Comparable(document.Graph!)}\n{text}"
            );
        }
    }

    private static string Comparable(ServiceGraph graph) =>
        JsonSerializer.Serialize(
            graph with
            {
                Path = null,
                Nodes = [.. graph.Nodes.Select(n => n with { Line = 0, Ready = [.. n.Ready.Select(p => p with { Line = 0 })] })],
                Queues = [.. graph.Queues.Select(q => q with { Line = 0 })],
                Hooks = [.. graph.Hooks.Select(h => h with { Line = 0 })],
                Validate = [.. graph.Validate.Select(p => p with { Line = 0 })],
            }
        );
}
