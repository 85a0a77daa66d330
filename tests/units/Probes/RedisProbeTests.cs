namespace OpsRestart.Tests.Units.Probes;

/// <summary>The replies that a real Redis gives only in distress.</summary>
public sealed class RedisProbeTests
{
    [Theory]
    [InlineData("+PONG", ProbeStatus.Healthy, "PONG", "answers PONG")]
    [InlineData("-LOADING Redis is loading the dataset in memory", ProbeStatus.Starting, "LOADING", "asked again")]
    [InlineData(
        "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        ProbeStatus.Unhealthy,
        "MASTERDOWN",
        "master"
    )]
    [InlineData(
        "-MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        ProbeStatus.Unhealthy,
        "MISCONF",
        "disk space"
    )]
    [InlineData("-NOAUTH Authentication required.", ProbeStatus.Unhealthy, "NOAUTH", "password")]
    [InlineData("-NOPERM this user has no permissions to run the 'ping' command", ProbeStatus.Unhealthy, "NOPERM", "+ping")]
    [InlineData("-ERR max number of clients reached", ProbeStatus.Unhealthy, "MaxClients", "maxclients")]
    [InlineData("-ERR invalid password", ProbeStatus.Unhealthy, "WRONGPASS", "password")]
    [InlineData("-BUSY Redis is busy running a script.", ProbeStatus.Unhealthy, "BUSY", "SCRIPT KILL")]
    [InlineData("-WHATEVER happened", ProbeStatus.Unhealthy, "WHATEVER", "happened")]
    [InlineData("+HELLO", ProbeStatus.Unhealthy, "ProtocolError", "HELLO")]
    [InlineData("HTTP/1.1 400 Bad Request", ProbeStatus.Unhealthy, "ProtocolError", "port")]
    public async Task A_reply_is_judged_not_that_there_was_one(string reply, ProbeStatus status, string reason, string says)
    {
        await using var server = FakeServer.Answering(reply + "\r\n");
        var result = await Check.RunAsync("redis", $"redis://{server.Address}/0");
        Assert.Equal((status, reason), (result.Status, result.Reason));
        Assert.Contains(says, result.Detail, StringComparison.Ordinal);
        Assert.Equal(("redis", $"redis://{server.Address}/0", "web"), (result.Probe, result.Target, result.Node));
    }

    [Theory]
    [InlineData(
        "role:master\r\nconnected_slaves:1\r\nslave0:ip=a,port=1,state=online,offset=1",
        "minReplicas",
        1,
        ProbeStatus.Healthy,
        "PONG"
    )]
    [InlineData(
        "role:master\r\nconnected_slaves:1\r\nslave0:ip=a,port=1,state=wait_bgsave,offset=1",
        "minReplicas",
        1,
        ProbeStatus.Unhealthy,
        "TooFewReplicas"
    )]
    [InlineData(
        "role:slave\r\nmaster_host:a\r\nmaster_port:1\r\nmaster_link_status:up",
        "role",
        "primary",
        ProbeStatus.Unhealthy,
        "Replica"
    )]
    [InlineData("role:slave\r\nmaster_host:a\r\nmaster_port:1\r\nmaster_link_status:up", "role", "replica", ProbeStatus.Healthy, "PONG")]
    [InlineData(
        "role:slave\r\nmaster_host:a\r\nmaster_port:1\r\nmaster_link_status:down",
        "role",
        "replica",
        ProbeStatus.Starting,
        "MasterLinkDown"
    )]
    [InlineData("role:master\r\nmaxmemory:1000\r\nmaxmemory_policy:allkeys-lru", "warnEviction", true, ProbeStatus.Degraded, "Evicting")]
    [InlineData("role:master\r\nmaxmemory:0\r\nmaxmemory_policy:allkeys-lru", "warnEviction", true, ProbeStatus.Healthy, "PONG")]
    [InlineData("role:master\r\nmaxmemory:1000\r\nmaxmemory_policy:noeviction", "warnEviction", true, ProbeStatus.Healthy, "PONG")]
    public async Task What_INFO_says_is_looked_at_when_asked_for(string info, string key, object value, ProbeStatus status, string reason)
    {
        await using var server = FakeServer.Answering("+PONG\r\n", $"${info.Length}\r\n{info}\r\n$0\r\n\r\n");
        var result = await Check.RunAsync("redis", $"redis://{server.Address}/0", (key, value));
        Assert.Equal((status, reason), (result.Status, result.Reason));
    }

    [Fact]
    public async Task The_password_is_in_no_part_of_the_result()
    {
        await using var server = FakeServer.Answering("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
        var result = await Check.RunAsync("redis", $"redis://ops:hunter2@{server.Address}/0");
        Assert.Equal("WRONGPASS", result.Reason);
        Assert.DoesNotContain("hunter2", result.ToString() + result.Detail + result.Target, StringComparison.Ordinal);
    }
}
