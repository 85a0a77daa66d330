using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.RabbitMq;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

[Collection("rabbitmq")]
public sealed class RabbitMqSystemTests(RabbitServer server, ITestOutputHelper output)
{
    private static readonly string[] Queues = ["list.a", "list.b"];
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queues_and_consumers_are_listed_as_rabbitmqctl_sees_them_and_much_faster()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        for (var i = 0; i < 5; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 60_000);
        }

        await mill.StartConsumerAsync(prefetch: 2);
        await using var system = Open(server.Address);
        await Eventually.IsTrueAsync(async () =>
            (await system.GetQueuesAsync(["list.a"], Cancelled))[0] is { Ready: 3, Unacked: 2, Consumers: 1 }
        );
        Assert.Equal(
            "list.a\t3\t2\t1",
            (await server.ControlAsync("list_queues", "name", "messages_ready", "messages_unacknowledged", "consumers"))
                .Split('\n')
                .Single(static l => l.StartsWith("list.a", StringComparison.Ordinal))
        );
        var worker = (await system.GetWorkersAsync(Cancelled)).Single(static w => w.Queues[0] == "list.a");
        Assert.Equal((QueueWorkerState.Busy, 2, 2), (worker.State, worker.Prefetch, worker.Reserved));
        Assert.Equal(QueueWorkerState.Idle, (await system.GetWorkersAsync(Cancelled)).Single(static w => w.Queues[0] == "list.b").State);

        var ours = await MedianAsync(20, () => system.GetQueuesAsync(Queues, Cancelled));
        var theirs = await MedianAsync(3, () => server.ControlAsync("list_queues"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GetQueues {ours:0.0} ms, rabbitmqctl list_queues {theirs:0} ms"));
        Assert.True(ours * 10 < theirs);
    }

    [Fact]
    public async Task Clearing_removes_what_waits_and_leaves_what_consumers_hold()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", Queues);
        await mill.StartConsumerAsync(prefetch: 1);
        for (var i = 0; i < 4; i++)
        {
            await mill.SendAsync(depth: 0, milliseconds: 60_000);
        }

        await using var system = Open(server.Address);
        await Eventually.IsTrueAsync(async () => (await system.GetQueuesAsync(["list.a"], Cancelled))[0] is { Ready: 3, Unacked: 1 });
        Assert.Equal(3, await system.ClearAsync("list.a", Cancelled));
        Assert.True((await system.GetQueuesAsync(["list.a"], Cancelled))[0] is { Ready: 0, Unacked: 1 });
        Assert.Equal(
            OpsError.QueueNotFound,
            (await Assert.ThrowsAsync<AmqpException>(() => system.ClearAsync("list.none", Cancelled))).Error
        );
    }

    [Fact]
    public async Task What_RabbitMQ_can_not_do_is_refused_with_what_to_do_instead()
    {
        server.Needed();
        await using var system = Open(server.Address);
        var suspend = await Assert.ThrowsAsync<RabbitMqException>(() => system.SuspendAsync(new SuspendRequest(), Cancelled));
        Assert.Contains("fedBy", suspend.Advice, StringComparison.Ordinal);
        await using var planned = new RabbitMqSystem(
            AmqpEndpoint.Parse(server.Address),
            new RabbitMqSettings { Management = server.Management },
            TimeProvider.System,
            new DrainRequest { Level = DrainLevel.Executing }
        );
        Assert.Equal(FindingSeverity.Error, Assert.Single(await planned.FindRisksAsync(Cancelled)).Severity);
        Assert.Contains(
            "counts",
            (await Assert.ThrowsAsync<RabbitMqException>(() => system.GetTasksAsync(new WorkerTaskQuery(), Cancelled))).Advice,
            StringComparison.Ordinal
        );
        Assert.Empty(await system.GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Active] }, Cancelled));
        Assert.Empty(await system.FindOrphansAsync(Cancelled));
    }

    [Fact]
    public async Task Unreachable_refused_and_unknown_are_told_apart_and_no_password_is_shown()
    {
        server.Needed();
        await using var dead = Open("amqp://ops:s3cret@127.0.0.1:1/", management: null);
        var unreachable = await Assert.ThrowsAsync<AmqpException>(() => dead.GetQueuesAsync(["q"], Cancelled));
        Assert.Equal((OpsError.ConnectionFailed, "Refused"), (unreachable.Error, unreachable.Code));
        await using (var probe = await dead.OpenDrainAsync(new DrainRequest { Queues = ["q"] }, Cancelled))
        {
            Assert.Equal(DrainVerdict.Unreachable, (await DrainWaiter.LookAsync(probe, Cancelled)).Verdict);
        }

        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        await using var stranger = Open($"amqp://ops:s3cret@127.0.0.1:{port}/", management: "off");
        var refused = await Assert.ThrowsAsync<AmqpException>(() => stranger.GetQueuesAsync(["q"], Cancelled));
        Assert.Equal((OpsError.AuthenticationFailed, "403"), (refused.Error, refused.Code));
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);

        await using var strangerOnHttp = Open($"amqp://ops:s3cret@127.0.0.1:{port}/");
        Assert.Equal(
            OpsError.AuthenticationFailed,
            (await Assert.ThrowsAsync<AmqpException>(() => strangerOnHttp.GetQueuesAsync([], Cancelled))).Error
        );

        await using var lost = Open($"amqp://guest:guest@127.0.0.1:{port}/nowhere", management: "off");
        Assert.Equal((OpsError.AccessDenied, "530"), await ErrorAsync(lost));

        await using var system = Open(server.Address);
        Assert.Equal(
            OpsError.QueueNotFound,
            (await Assert.ThrowsAsync<RabbitMqException>(() => system.GetQueuesAsync(["none"], Cancelled))).Error
        );
        Assert.Equal(
            OpsError.QueueNotFound,
            (
                await Assert.ThrowsAsync<RabbitMqException>(() => system.OpenDrainAsync(new DrainRequest { Queues = ["none"] }, Cancelled))
            ).Error
        );
    }

    [Fact]
    public async Task TLS_is_checked_on_both_ways_to_the_broker()
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "quorum", Queues);
        string Address(string host, string more) =>
            string.Create(CultureInfo.InvariantCulture, $"amqps://guest:guest@{host}:{server.TlsPort}//?{more}");
        foreach (
            var trusted in new[] { Address("localhost", $"cacertfile={server.AuthorityFile}"), Address("127.0.0.1", "verify=verify_none") }
        )
        {
            // A quorum queue is asked for on both ways.
            await using var system = Open(trusted, server.ManagementTls);
            Assert.Equal(0, (await system.GetQueuesAsync(["list.a"], Cancelled))[0].Ready);
        }

        foreach (
            var (untrusted, reason) in new[]
            {
                (Address("localhost", ""), "CertificateUntrusted"),
                (Address("127.0.0.1", $"cacertfile={server.AuthorityFile}"), "CertificateNameMismatch"),
                (Address("localhost", "cacertfile=/nowhere.pem"), "TlsFailed"),
            }
        )
        {
            await using var overAmqp = Open(untrusted, "off");
            Assert.Equal((OpsError.ConnectionFailed, reason), await ErrorAsync(overAmqp));
            Assert.Equal(reason, (await Probes.ProbeCheck.RunAsync("amqp", untrusted)).Reason);
        }

        Assert.Equal(
            "TlsFailed",
            Assert.Throws<AmqpException>(() => Open(Address("localhost", "cacertfile=/nowhere.pem"), server.ManagementTls)).Code
        );
        await using var overHttp = Open(Address("localhost", ""), server.ManagementTls);
        Assert.Equal(
            OpsError.ConnectionFailed,
            (await Assert.ThrowsAsync<AmqpException>(() => overHttp.GetQueuesAsync([], Cancelled))).Error
        );
    }

    [Fact]
    public async Task The_probe_understands_every_address_that_the_queue_does()
    {
        server.Needed();
        var (plain, secure) = (server.Port.ToString(CultureInfo.InvariantCulture), server.TlsPort.ToString(CultureInfo.InvariantCulture));
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "quorum", Queues);
        var trust = $"cacertfile={server.AuthorityFile}";
        var own = await CertificateAsync("ops", known: true);
        foreach (
            var address in new[]
            {
                $"pyamqp://guest:guest@127.0.0.1:{plain}//",
                $"pyamqp://guest:guest@127.0.0.1:1//;amqp://guest:guest@127.0.0.1:{plain}//",
                $"amqp://guest:guest@127.0.0.1:1,127.0.0.1:{plain}",
                $"pyamqps://guest:guest@localhost:{secure}//?ssl_ca_certs={server.AuthorityFile}",
                $"amqps://guest:guest@localhost:{secure}/%2F?{trust}&certfile={own}&keyfile={own}",
            }
        )
        {
            await using var system = Open(address, "off");
            Assert.Equal(0, (await system.GetQueuesAsync(["list.a"], Cancelled))[0].Ready);
            Probes.ProbeCheck.Is(ProbeStatus.Healthy, "OK", await Probes.ProbeCheck.RunAsync("amqp", address));
        }

        // The broker takes a certificate of its authority, or none. It says so after the handshake, and may be gone before that is read.
        string[] after = ["TlsFailed", "Closed"];
        var stranger = await CertificateAsync("stranger", known: false);
        var unknown = $"amqps://guest:guest@localhost:{secure}//?{trust}&certfile={stranger}&keyfile={stranger}";
        await using var refused = Open(unknown, "off");
        var (error, code) = await ErrorAsync(refused);
        Assert.Equal(OpsError.ConnectionFailed, error);
        Assert.Contains(code, after);
        var probed = await Probes.ProbeCheck.RunAsync("amqp", unknown);
        Assert.Equal(ProbeStatus.Unhealthy, probed.Status);
        Assert.Contains(probed.Reason, after);
    }

    /// <summary>A file with certificate and key.</summary>
    private async Task<string> CertificateAsync(string name, bool known)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = X509Certificate2.CreateFromPemFile(server.AuthorityFile, $"{server.Folder}/key.pem");
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = known
            ? request.Create(authority, authority.NotBefore, authority.NotAfter, [1])
            : request.CreateSelfSigned(authority.NotBefore, authority.NotAfter);
        var file = Path.Combine(server.Folder, $"{name}.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return file;
    }

    private static async Task<(OpsError Error, string Code)> ErrorAsync(RabbitMqSystem system)
    {
        var e = await Assert.ThrowsAsync<AmqpException>(() => system.GetQueuesAsync(["q"], Cancelled));
        return (e.Error, e.Code);
    }

    private static async Task<double> MedianAsync(int times, Func<Task> run)
    {
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var clock = Stopwatch.StartNew();
            await run();
            taken.Add(clock.Elapsed.TotalMilliseconds);
        }

        taken.Sort();
        return taken[times / 2];
    }

    private RabbitMqSystem Open(string address) => Open(address, server.Management);

    private static RabbitMqSystem Open(string address, string? management) =>
        new(AmqpEndpoint.Parse(address), new RabbitMqSettings { Management = management }, TimeProvider.System);
}
