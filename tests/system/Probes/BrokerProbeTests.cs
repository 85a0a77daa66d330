using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Probes;

public sealed class BrokerProbeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Mosquitto_takes_the_sign_in_and_sends_messages_back()
    {
        TestHost.Needs("mosquitto", "mosquitto");
        var port = RedisServer.FreePort();
        var folder = Directory.CreateTempSubdirectory("opsrestart-mqtt-").FullName;
        await Shell.BashAsync(
            $"""
            cd {folder}; touch pw; mosquitto_passwd -b pw ops right
            printf 'user ops\ntopic read $SYS/#\ntopic readwrite app/#\ntopic write only/written\n' > acl
            printf 'listener {port} 127.0.0.1\npassword_file {folder}/pw\nacl_file {folder}/acl\nallow_anonymous false\nsys_interval 1\n' > conf; chmod -R a+rX .
            """
        );
        await using var units = await Units.InstallAsync(("probe-mqtt", Units.Service($"/usr/sbin/mosquitto -c {folder}/conf")));
        var uri = $"mqtt://ops:right@127.0.0.1:{port}";
        ProbeCheck.Is(ProbeStatus.Unhealthy, "Refused", await ProbeCheck.RunAsync("mqtt", uri));
        await Systemctl.RunAsync("start", "probe-mqtt");
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("tcp", $"127.0.0.1:{port}")).Status == ProbeStatus.Healthy);
        ProbeCheck.Is(ProbeStatus.Healthy, "OK", await ProbeCheck.RunAsync("mqtt", uri));
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "AuthenticationFailed",
            await ProbeCheck.RunAsync("mqtt", $"mqtt://ops:wrong@127.0.0.1:{port}")
        );
        ProbeCheck.Is(ProbeStatus.Unhealthy, "AuthenticationFailed", await ProbeCheck.RunAsync("mqtt", $"mqtt://127.0.0.1:{port}"));
        ProbeCheck.Is(
            ProbeStatus.Healthy,
            "Message",
            await ProbeCheck.RunAsync("mqtt", uri, ("topic", "$SYS/broker/uptime"), ("pattern", "seconds"))
        );
        ProbeCheck.Is(ProbeStatus.Healthy, "Message", await ProbeCheck.RunAsync("mqtt", uri, ("topic", "app/probe"), ("publish", true)));

        // The broker itself says that it took no message, and drops one that may not be read without a word.
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "NotAuthorized",
            await ProbeCheck.RunAsync("mqtt", uri, ("topic", "other/probe"), ("publish", true))
        );
        await using var session = new Adapters.Composition.OpsSession();
        var unread = ProbeCheck.Define("mqtt", uri, ("topic", "only/written"), ("publish", true)) with { Timeout = Pace.Stretch(Short) };
        var result = (await session.CheckAsync([unread], default))[0];
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NoMessage", result);
        Assert.Contains("took our message", result.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memcached_answers_over_TCP_and_its_socket()
    {
        TestHost.Needs("memcached", "memcached");
        File.Delete("/tmp/probe-memcached.sock");
        var port = RedisServer.FreePort();
        await using var units = await Units.InstallAsync(
            ("probe-memcached", Units.Service($"/usr/bin/memcached -u nobody -l 127.0.0.1 -p {port}")),
            ("probe-memcached-unix", Units.Service("/usr/bin/memcached -u nobody -s /tmp/probe-memcached.sock -a 777"))
        );
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "SocketNotFound",
            await ProbeCheck.RunAsync("memcached", "memcached:///tmp/probe-memcached.sock")
        );
        await Systemctl.RunAsync("start", "probe-memcached", "probe-memcached-unix");
        await Eventually.IsTrueAsync(async () => (await ProbeCheck.RunAsync("memcached", $"memcached://127.0.0.1:{port}")).Reason == "OK");
        await Eventually.IsTrueAsync(async () =>
            (await ProbeCheck.RunAsync("memcached", "memcached:///tmp/probe-memcached.sock")).Reason == "OK"
        );
    }

    [Fact]
    public async Task RabbitMQ_takes_the_sign_in_and_shows_its_queues()
    {
        TestHost.Needs("rabbitmq-server", "rabbitmq-server");
        await Shell.BashAsync("systemctl start rabbitmq-server", TimeSpan.FromSeconds(90));
        await Eventually.IsTrueAsync(
            async () => (await ProbeCheck.RunAsync("amqp", "amqp://127.0.0.1")).Reason == "OK",
            TimeSpan.FromSeconds(60)
        );
        ProbeCheck.Is(ProbeStatus.Unhealthy, "AuthenticationFailed", await ProbeCheck.RunAsync("amqp", "amqp://guest:wrong@127.0.0.1/"));
        ProbeCheck.Is(ProbeStatus.Unhealthy, "NOT_ALLOWED", await ProbeCheck.RunAsync("amqp", "amqp://guest:guest@127.0.0.1/nowhere"));
        ProbeCheck.Is(
            ProbeStatus.Unhealthy,
            "QueueNotFound",
            await ProbeCheck.RunAsync("amqp", "amqp://127.0.0.1", ("queues", "probe-none"))
        );
        await using var connection = await new RabbitMQ.Client.ConnectionFactory { HostName = "127.0.0.1" }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await RabbitMQ.Client.IChannelExtensions.QueueDeclareAsync(channel, "probe-q", durable: false, exclusive: false, autoDelete: false);
        try
        {
            byte[] body = [1];
            await RabbitMQ.Client.IChannelExtensions.BasicPublishAsync(channel, "", "probe-q", body);
            await Eventually.IsTrueAsync(async () =>
                (await ProbeCheck.RunAsync("amqp", "amqp://127.0.0.1", ("queues", "probe-q"), ("warnMessages", 0))).Status
                == ProbeStatus.Degraded
            );
            ProbeCheck.Is(
                ProbeStatus.Healthy,
                "OK",
                await ProbeCheck.RunAsync("amqp", "amqp://127.0.0.1", ("queues", "probe-q"), ("maxMessages", 1))
            );
            ProbeCheck.Is(
                ProbeStatus.Unhealthy,
                "TooManyMessages",
                await ProbeCheck.RunAsync("amqp", "amqp://127.0.0.1", ("queues", "probe-q"), ("maxMessages", 0))
            );
            ProbeCheck.Is(
                ProbeStatus.Unhealthy,
                "TooFewConsumers",
                await ProbeCheck.RunAsync("amqp", "amqp://127.0.0.1", ("queues", "probe-q"), ("minConsumers", 1))
            );
        }
        finally
        {
            await channel.QueueDeleteAsync("probe-q", ifUnused: false, ifEmpty: false);
        }
    }
}
