using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.Units.Probes;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>
/// Brokers that accept and say nothing, or nonsense: each question to a queue system ends, and a look of a drain says that there is no
/// answer.
/// </summary>
internal sealed class QueuePeerSuite : IHostileSuite
{
    private static readonly (string System, string Broker)[] Systems =
    [
        ("celery", "redis://:pw@{0}/0"),
        ("celery", "amqp://ops:pw@{0}//"),
        ("rq", "redis://{0}/3"),
        ("rabbitmq", "amqp://ops:pw@{0}/v"),
    ];

    private static readonly string[] Questions = ["queues", "workers", "tasks", "drain", "risks"];

    public IReadOnlyList<HostileInput> Inputs(Random random)
    {
        (string Name, Func<Stream, CancellationToken, Task> Script)[] peers =
        [
            ("silence", PeerScripts.SilentAsync),
            ("closing", PeerScripts.CloseAsync),
            ("HTTP", PeerScripts.After(PeerScripts.Bytes("HTTP/1.1 400 Bad Request\r\n\r\n"), PeerScripts.CloseAsync)),
            ("noise", PeerScripts.After(PeerScripts.Noise(random), PeerScripts.CloseAsync)),
        ];
        return
        [
            .. from system in Systems
            from question in Questions
            from peer in peers
            select new HostileInput($"{system.System} {system.Broker} {question} {peer.Name}", (system, question, peer.Script))
            {
                Deadline = TimeSpan.FromSeconds(60),
                Secrets = [":pw"],
            },
        ];
    }

    public async Task<string> TryAsync(HostileInput input, CancellationToken cancellationToken)
    {
        var ((system, broker), question, script) = (((string, string), string, Func<Stream, CancellationToken, Task>))input.Data!;
        await using var server = new FakeServer(script);
        await using var session = new OpsSession();
        var settings = broker.StartsWith("amqp", StringComparison.Ordinal)
            ? new Dictionary<string, object?> { ["management"] = $"http://{server.Address}" }
            : [];
        var queue = new GraphQueue
        {
            Name = "jobs",
            System = system,
            Broker = broker.Replace("{0}", server.Address, StringComparison.Ordinal),
            Queues = ["a"],
            Settings = settings,
        };
        await using var opened = await session.Queues.OpenAsync(queue, cancellationToken);
        return question switch
        {
            "queues" => $"{(await opened.GetQueuesAsync(["a"], cancellationToken)).Count}",
            "workers" => $"{(await opened.GetWorkersAsync(cancellationToken)).Count}",
            "tasks" =>
                $"{(await opened.GetTasksAsync(new WorkerTaskQuery { States = [WorkerTaskState.Active] }, cancellationToken)).Count}",
            "risks" => string.Join('\n', (await opened.FindRisksAsync(cancellationToken)).Select(static f => f.Message)),
            _ => await DrainAsync(opened, cancellationToken),
        };
    }

    private static async Task<string> DrainAsync(IWorkQueueSystem system, CancellationToken cancellationToken)
    {
        await using var drain = await system.OpenDrainAsync(
            new DrainRequest { Level = DrainLevel.Drained, Queues = ["a"] },
            cancellationToken
        );
        var seen = await DrainWaiter.LookAsync(drain, cancellationToken);
        Assert.Contains(seen.Verdict, (DrainVerdict[])[DrainVerdict.Unreachable, DrainVerdict.NoReply]);
        return $"{seen.Verdict} {string.Join('\n', seen.Evidence)}";
    }
}
