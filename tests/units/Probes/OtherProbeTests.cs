using System.Text;
using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Probes.Mqtt;
using OpsRestart.Adapters.Settings;

namespace OpsRestart.Tests.Units.Probes;

public sealed class OtherProbeTests
{
    private const string Page = """
        # HELP up whether it is there
        # TYPE up gauge
        up{job="a",path="C:\\x \"y\""} 1 1700000000000
        up{job="b"} 0
        queue_length 12.5
        odd NaN
        """;

    [Theory]
    [InlineData("memcached", "VERSION 1.6.18\r\n", ProbeStatus.Healthy, "OK")]
    [InlineData("memcached", "ERROR\r\n", ProbeStatus.Unhealthy, "ProtocolError")]
    [InlineData("memcached", "", ProbeStatus.Unhealthy, "Closed")]
    [InlineData("mqtt", "\x20\x02\x00\x03", ProbeStatus.Starting, "ServerUnavailable")]
    [InlineData("mqtt", "\x20\x02\x00\x05", ProbeStatus.Unhealthy, "AuthenticationFailed")]
    [InlineData("mqtt", "\x20\x02\x00\x01", ProbeStatus.Unhealthy, "ProtocolError")]
    [InlineData("mqtt", "HTTP/1.1 400 Bad Request\r\n", ProbeStatus.Unhealthy, "ProtocolError")]
    [InlineData("mqtt", "", ProbeStatus.Unhealthy, "Closed")]
    [InlineData("amqp", "AMQP\x00\x00\x09\x00", ProbeStatus.Unhealthy, "ProtocolError")]
    [InlineData("ws", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", ProbeStatus.Unhealthy, "403")]
    public async Task An_answer_is_judged(string kind, string answer, ProbeStatus status, string reason)
    {
        await using var server = FakeServer.Answering(Encoding.Latin1.GetBytes(answer));
        var result = await Check.RunAsync(kind, $"{kind}://{server.Address}");
        Assert.True((status, reason) == (result.Status, result.Reason), $"{result}: {result.Detail}");
    }

    [Theory]
    [InlineData("memcached")]
    [InlineData("mqtt")]
    [InlineData("amqp")]
    [InlineData("ws")]
    public async Task The_network_is_told_apart_here_too(string kind)
    {
        Assert.Equal("Refused", (await Check.RunAsync(kind, $"{kind}://127.0.0.1:{FakeServer.DeadPort()}")).Reason);
        Assert.Equal("NameNotFound", (await Check.RunAsync(kind, $"{kind}://no-such-host.invalid")).Reason);
        await using var silent = FakeServer.Silent();
        var definition = Check.Define(kind, $"{kind}://{silent.Address}") with { Timeout = TimeSpan.FromMilliseconds(200) };
        Assert.Equal("Timeout", (await Check.RunAsync(definition)).Reason);
    }

    [Theory]
    [InlineData("amqp")]
    [InlineData("pyamqp")]
    public async Task Every_node_of_a_list_is_tried(string scheme)
    {
        await using var server = FakeServer.Answering(Encoding.Latin1.GetBytes("AMQP\0\0\x09\0"));
        var result = await Check.RunAsync(
            "amqp",
            $"{scheme}://ops:pw@127.0.0.1:{FakeServer.DeadPort()}//;{scheme}://ops:pw@{server.Address}//"
        );
        Assert.Equal((1, "Refused"), (server.Connections, result.Reason));
        Assert.Contains(server.Address, result.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, object?, string> Faults =>
        new()
        {
            { "mqtt", "mqtt://h", "publish", true, "needs a topic" },
            { "mqtt", "http://h", "topic", "x", "is not a usable mqtt address" },
            { "memcached", "memcached://h:x", "maxLatency", "1s", "no usable host" },
            { "amqp", "amqp://h", "minConsumers", 1, "needs the queues" },
            { "ws", "http://h/", "pattern", "x", "is no ws or wss URL" },
            { "sql", "select 1", "max", 1, "database to ask" },
            { "disk", "var", "minFree", "10%", "no absolute path" },
            { "disk", "/", "minFree", "much", "10% or a size" },
            { "memory", "nautobot", "max", "lots", "600MiB" },
            { "exec", "/bin/true", "arguments", "-p${env:HOME}", "environment: {" },
            { "metric", "http://h/metrics", "max", 1, "which metric" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_wrong_setting_is_found(string kind, string target, string key, object? value, string says)
    {
        var findings = Check.Findings(kind, target, (key, value));
        Assert.Contains(findings, f => (f.Message + f.Advice).Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("up", "job", "a", "min", 1, ProbeStatus.Healthy, "OK")]
    [InlineData("up", "job", "b", "min", 1, ProbeStatus.Unhealthy, "TooLow")]
    [InlineData("up", null, null, "min", 1, ProbeStatus.Unhealthy, "TooLow")]
    [InlineData("queue_length", null, null, "warnMax", 10, ProbeStatus.Degraded, "TooHigh")]
    [InlineData("queue_length", null, null, "max", 12.5, ProbeStatus.Healthy, "OK")]
    [InlineData("odd", null, null, "max", 1, ProbeStatus.Unhealthy, "NaN")]
    [InlineData("up", "job", "c", "min", 1, ProbeStatus.Unhealthy, "NoSample")]
    [InlineData("u", null, null, "min", 1, ProbeStatus.Unhealthy, "NoSample")]
    public async Task Metrics_are_held_to_limits(
        string name,
        string? label,
        string? value,
        string limit,
        object bound,
        ProbeStatus status,
        string reason
    )
    {
        await using var server = FakeServer.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {Page.Length}\r\n\r\n{Page}");
        List<(string, object?)> settings = [("name", name), (limit, bound)];
        if (label is not null)
        {
            settings.Add(("labels", new Dictionary<string, object?> { [label] = value }));
        }

        var result = await Check.RunAsync("metric", $"http://{server.Address}/metrics", [.. settings]);
        Assert.True((status, reason) == (result.Status, result.Reason), $"{result}: {result.Detail}");
    }

    [Fact]
    public void Labels_are_unescaped() => Assert.Equal("C:\\x \"y\"", MetricSample.Read(Page).First().Labels["path"]);

    [Theory]
    [InlineData("exit 0", ProbeStatus.Healthy, "OK")]
    [InlineData("exit 1", ProbeStatus.Degraded, "WARNING")]
    [InlineData("exit 2", ProbeStatus.Unhealthy, "CRITICAL")]
    [InlineData("exit 3", ProbeStatus.Unknown, "UNKNOWN")]
    [InlineData("exit 9", ProbeStatus.Unhealthy, "Exit9")]
    [InlineData("no-such-command-at-all", ProbeStatus.Unknown, "NotStarted")]
    public async Task An_exit_code_is_judged_as_monitoring_does(string script, ProbeStatus status, string reason)
    {
        var result = await Check.RunAsync(
            "exec",
            "/bin/sh",
            ("arguments", new List<object?> { "-c", $"echo \"$SAY | time=1\"; {script}" }),
            ("environment", new Dictionary<string, object?> { ["SAY"] = "all is well" })
        );
        Assert.True((status, reason) == (result.Status, result.Reason), $"{result}: {result.Detail}");
        Assert.StartsWith("all is well", result.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("time=1", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hanging_command_is_killed_with_its_children()
    {
        var mark = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        var definition = Check.Define(
            "exec",
            "/bin/sh",
            ("arguments", new List<object?> { "-c", $"(sleep 1; touch {mark}) & sleep 30" })
        ) with
        {
            Timeout = TimeSpan.FromMilliseconds(300),
        };
        Assert.Equal("Timeout", (await Check.RunAsync(definition)).Reason);
        await Task.Delay(1200);
        Assert.False(File.Exists(mark));
        Assert.Equal("NotStarted", (await Check.RunAsync("exec", "/no/such/plugin")).Reason);
    }

    [Fact]
    public async Task A_disk_has_room_or_not()
    {
        var healthy = await Check.RunAsync("disk", "/", ("minFree", "1"));
        Assert.Equal((ProbeStatus.Healthy, "/"), (healthy.Status, healthy.Target));
        Assert.Equal((ProbeStatus.Unhealthy, "TooLow"), Verdict(await Check.RunAsync("disk", "/", ("minFree", "9999T"))));
        Assert.Equal((ProbeStatus.Degraded, "TooLow"), Verdict(await Check.RunAsync("disk", "/", ("minFree", "0%"), ("warnFree", "100%"))));
        Assert.Equal((ProbeStatus.Unhealthy, "NoPath"), Verdict(await Check.RunAsync("disk", "/no/such/path")));
    }

    [Theory]
    [InlineData("512", 512.0)]
    [InlineData("600K", 600 * 1024.0)]
    [InlineData("1.5GiB", 1.5 * 1024 * 1024 * 1024)]
    [InlineData("300 mb", 300 * 1024 * 1024.0)]
    [InlineData("much", null)]
    [InlineData("5X", null)]
    public void Sizes_are_read(string text, double? bytes) => Assert.Equal(bytes, ByteSize.TryParse(text));

    [Fact]
    public async Task Packets_of_MQTT_read_back_as_written()
    {
        var sent = MqttPacket.Publish(MqttVersion.Five, "a/b", new string('x', 300));
        using var stream = new MemoryStream(sent.ToBytes());
        var read = await MqttPacket.ReadAsync(stream, default);
        Assert.Equal((MqttPacketType.Publish, new string('x', 300)), (read.Type, read.PayloadOf(MqttVersion.Five)));
        Assert.Equal(
            [0x10, 22, 0, 4, .. "MQTT"u8, 4, 0xC2, 0, 30, 0, 1, (byte)'c', 0, 1, (byte)'u', 0, 4, .. "pass"u8],
            MqttPacket.Connect(MqttVersion.Three, "c", "u", "pass").ToBytes()
        );
    }

    private static (ProbeStatus, string) Verdict(ProbeResult result) => (result.Status, result.Reason);
}
