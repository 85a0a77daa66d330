using System.Text;
using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.Celery.OverAmqp;
using OpsRestart.Adapters.Queues.Celery.OverRedis;
using OpsRestart.Adapters.Redis;
using OpsRestart.Adapters.Wire;

namespace OpsRestart.Tests.Units.Queues;

public sealed class CeleryParserTests
{
    private static PidboxReply Reply(string json) => new("w1@h", ForeignJson.Parse(json));

    [Fact]
    public void A_greenlets_address_is_no_process_number()
    {
        var active = Assert.Single(CeleryTaskInfo.ParseList(Reply("""[{"id":"i1","name":"x","worker_pid":140234567890432}]""")));
        Assert.Null(active.Pid);
    }

    [Fact]
    public void Reads_stats_of_a_prefork_worker()
    {
        var stats = CeleryStats.Parse(
            Reply(
                """{"total":{"a.b":3,"c":4},"pid":3348,"clock":"64","uptime":61,"pool":{"implementation":"celery.concurrency.prefork:TaskPool","max-concurrency":2,"processes":[3351,3352],"max-tasks-per-child":"N/A"},"prefetch_count":8,"broker":{"transport":"redis"}}"""
            )
        );
        Assert.Equal(
            ("w1@h", "h", 3348, 7L, 2, 8),
            (stats.Node, stats.HostName, stats.Pid, stats.Accepted, stats.Concurrency, stats.Prefetch)
        );
        Assert.Equal([3351, 3352], stats.ChildPids);
        Assert.Equal(TimeSpan.FromSeconds(61), stats.Uptime);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"total":{},"pid":"x","pool":{"max-concurrency":"N/A","processes":null}}""")]
    public void Unknown_shapes_of_stats_give_zeros_and_no_exception(string json) =>
        Assert.Equal(0, CeleryStats.Parse(Reply(json)).Accepted);

    /// <summary>Everything that reads a worker's answer, on values of every other kind.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1e400")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[null, 1, \"x\", [[]]]")]
    [InlineData("{\"a\": {\"a\": []}}")]
    public void No_value_of_another_kind_makes_a_reader_fail(string value)
    {
        foreach (
            var key in (string[])
                [
                    "pid",
                    "total",
                    "uptime",
                    "pool",
                    "prefetch_count",
                    "broker",
                    "id",
                    "eta",
                    "request",
                    "time_start",
                    "worker_pid",
                    "delivery_info",
                    "args",
                    "name",
                    "error",
                ]
        )
        {
            foreach (
                var json in (string[])
                    [
                        value,
                        $"[{value}]",
                        $"{{\"{key}\": {value}}}",
                        $"[{{\"{key}\": {value}}}]",
                        $"[{{\"request\": {{\"{key}\": {value}}}}}]",
                        $"{{\"pool\": {{\"processes\": [{value}], \"max-concurrency\": {value}}}, \"total\": {{\"t\": {value}}}}}",
                        $"{{\"broker\": {{\"transport_options\": {{\"sep\": {value}, \"priority_steps\": [{value}], "
                            + $"\"polling_interval\": {value}, \"visibility_timeout\": {value}, \"unacked_key\": {value}}}}}}}",
                    ]
            )
            {
                var reply = Reply(json);
                _ = reply.Error;
                CeleryStats.Parse(reply);
                CeleryTaskInfo.ParseList(reply);
                CeleryTaskInfo.ParseScheduled(reply);
                CeleryConsumer.QueuesOf(reply);
                AmqpRateLimits.SlowestPeriod([reply.Value]);
                Assert.NotEmpty(new RedisLayout().Learn(reply.Value).QueueKeys("q"));
                var bytes = Encoding.UTF8.GetBytes(json);
                CeleryMessage.Parse(bytes);
                PidboxReply.FromBody(bytes);
                PidboxReply.FromRedis(bytes);
                RedisMessages.ParseHeld("tag", bytes);
                RedisMessages.Redelivered(bytes);
            }
        }
    }

    [Fact]
    public void A_message_with_the_same_name_twice_cannot_be_put_back_and_that_is_no_crash() =>
        Assert.Null(RedisMessages.Redelivered("""[{"headers":{"id":"a","id":"b"},"headers":{}},"","q"]"""u8));

    [Fact]
    public void Reads_active_and_scheduled_tasks()
    {
        var active = Assert.Single(
            CeleryTaskInfo.ParseList(
                Reply(
                    """[{"id":"i1","name":"load.sleep","args":[5],"kwargs":{},"type":"load.sleep","hostname":"w1@h","time_start":1700000000.5,"acknowledged":true,"delivery_info":{"exchange":"","routing_key":"celery","priority":0,"redelivered":null},"worker_pid":77}]"""
                )
            )
        );
        Assert.Equal(
            ("i1", "load.sleep", "celery", 77, true, "[5]"),
            (active.Id, active.Name, active.RoutingKey, active.Pid, active.Acknowledged, active.Arguments)
        );
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1700000000.5), active.Started);

        var scheduled = Assert.Single(
            CeleryTaskInfo.ParseScheduled(
                Reply(
                    """[{"eta":"2026-11-20T10:00:00+02:00","priority":6,"request":{"id":"i2","name":"x","args":"(1,)","kwargs":"{'a': 1}","time_start":null,"delivery_info":{"exchange":"e","routing_key":"r"}}}]"""
                )
            )
        );
        Assert.Equal(("i2", "e", "(1,) {'a': 1}"), (scheduled.Id, scheduled.Exchange, scheduled.Arguments));
        Assert.Equal(new DateTime(2026, 11, 20, 8, 0, 0, DateTimeKind.Utc), scheduled.Eta);
    }

    [Fact]
    public void Reads_a_task_message_from_its_headers_alone()
    {
        var message = CeleryMessage.Parse(
            Encoding.UTF8.GetBytes(
                """{"body":"W10=","content-type":"application/json","headers":{"task":"capp.slow","id":"i","eta":"2026-01-02T03:04:05","retries":2,"argsrepr":"(6,)","kwargsrepr":"{}"},"properties":{"correlation_id":"c","delivery_info":{"exchange":"","routing_key":"celery","redelivered":true},"priority":6}}"""
            )
        )!;
        Assert.Equal(
            ("i", "capp.slow", 2, "(6,)", "celery", 6, true),
            (message.Id, message.Name, message.Retries, message.Arguments, message.RoutingKey, message.Priority, message.Redelivered)
        );
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), message.Eta);
    }

    [Fact]
    public void A_held_message_that_is_none_of_kombus_is_kept_as_unknown()
    {
        var held = RedisMessages.ParseHeld("tag", "rubbish"u8.ToArray());
        Assert.Equal(("tag", "", ""), (held.Tag, held.Message.Id, held.Queue));
    }

    [Fact]
    public void A_restored_message_is_marked_as_delivered_before_and_otherwise_the_same()
    {
        var raw =
            """[{"body":"W10=","headers":{"id":"i","task":"t"},"properties":{"delivery_info":{"exchange":"","routing_key":"celery"},"priority":0}},"","celery"]""";
        Assert.Equal(
            """{"body":"W10=","headers":{"id":"i","task":"t","redelivered":true},"properties":{"delivery_info":{"exchange":"","routing_key":"celery","redelivered":true},"priority":0}}""",
            Encoding.UTF8.GetString(RedisMessages.Redelivered(Encoding.UTF8.GetBytes(raw))!)
        );
    }

    [Fact]
    public void Names_keys_and_channels_as_kombu_does()
    {
        var layout = RedisLayout.From(new CelerySettings { KeyPrefix = "p-" }, 3);
        Assert.Equal("p-/3.celery.pidbox", layout.ControlChannel);
        Assert.Equal("p-/3.celeryev/worker.online", layout.WorkerOnlineChannel);
        Assert.Equal(["p-q", "p-q\u0006\u00163", "p-q\u0006\u00166", "p-q\u0006\u00169"], layout.QueueKeys("q"));
        Assert.Equal("p-unacked", layout.Unacked);
        Assert.Equal(
            ["custom.pidbox", "x.celery.pidbox"],
            [
                RedisLayout.From(new CelerySettings { ControlExchange = "custom", FanoutPrefix = "" }, 0).ControlChannel,
                RedisLayout.From(new CelerySettings { FanoutPrefix = "x." }, 0).ControlChannel,
            ]
        );
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 3)]
    [InlineData(5, 3)]
    [InlineData(8, 6)]
    [InlineData(9, 9)]
    [InlineData(255, 9)]
    public void Puts_a_priority_into_its_step(int priority, int step) => Assert.Equal(step, new RedisLayout().StepOf(priority));

    [Fact]
    public void Learns_transport_options_from_a_worker()
    {
        var stats = ForeignJson.Parse(
            """{"broker":{"transport":"redis","transport_options":{"sep":":","priority_steps":[0,1,2],"visibility_timeout":60,"unacked_key":"u"}}}"""
        );
        var layout = new RedisLayout().Learn(stats);
        Assert.Equal(["q", "q:1", "q:2"], layout.QueueKeys("q"));
        Assert.Equal(("u", TimeSpan.FromMinutes(1)), (layout.Unacked, layout.VisibilityTimeout));
        Assert.Equal(new RedisLayout().ControlChannel, new RedisLayout().Learn(ForeignJson.Parse("[]")).ControlChannel);
    }

    [Fact]
    public void Reads_CLIENT_LIST()
    {
        const string list =
            "id=3 addr=127.0.0.1:50442 laddr=127.0.0.1:6379 fd=8 name= age=6 idle=0 flags=b db=0 sub=0 psub=0 multi=-1 cmd=brpop "
            + "user=default\nid=4 addr=[::1]:5 name=opsrestart idle=12 flags=N db=2 cmd=client|list\n";
        var clients = RedisClientInfo.ParseList(list);
        Assert.Equal(new RedisClientInfo(3, "127.0.0.1:50442", "", 0, "brpop", "b", TimeSpan.Zero), clients[0]);
        Assert.Equal(new RedisClientInfo(4, "[::1]:5", "opsrestart", 2, "client|list", "N", TimeSpan.FromSeconds(12)), clients[1]);
        Assert.Equal([true, false], clients.Select(static c => c.IsBlocked));
    }
}
