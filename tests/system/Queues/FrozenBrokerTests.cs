using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Probes;

namespace OpsRestart.Tests.System.Queues;

/// <summary>RabbitMQ's process is stopped (SIGSTOP): the kernel goes on to take connections and bytes, and nothing answers.</summary>
[Collection("rabbitmq")]
public sealed class FrozenBrokerTests(RabbitServer server)
{
    // Several exchanges of 6 s each; what hangs takes for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("rabbitmq", true)]
    [InlineData("rabbitmq", false)]
    [InlineData("celery", true)]
    [InlineData("celery", false)]
    public async Task Every_question_to_it_ends(string system, bool management)
    {
        server.Needed();
        await using var mill = await RabbitMqMill.CreateAsync(server.Address, "classic", "frozen.a");
        await using var session = new OpsSession();
        var queue = new GraphQueue
        {
            Name = "q",
            System = system,
            Broker = server.Address,
            Queues = ["frozen.a"],
            Settings = new Dictionary<string, object?> { ["management"] = management ? server.Management : "off" },
        };
        await using var before = await session.Queues.OpenAsync(queue, default);
        await EndsAsync("before", () => before.GetWorkersAsync(default));
        await server.SignalAsync("STOP");
        try
        {
            // On a connection that was open when it froze, and on new ones.
            await Task.WhenAll(
                EndsAsync("workers, connected", () => before.GetWorkersAsync(default)),
                OnItsOwnAsync("workers", static s => s.GetWorkersAsync(default)),
                OnItsOwnAsync("queues", static s => s.GetQueuesAsync(["frozen.a"], default)),
                OnItsOwnAsync("risks", static s => s.FindRisksAsync(default)),
                OnItsOwnAsync("a drain", DrainAsync)
            );
        }
        finally
        {
            await server.SignalAsync("CONT");
        }

        async Task OnItsOwnAsync<T>(string what, Func<IWorkQueueSystem, Task<T>> ask) =>
            await EndsAsync(
                what,
                async () =>
                {
                    await using var after = await session.Queues.OpenAsync(queue, default);
                    return await ask(after);
                }
            );

        await Eventually.IsTrueAsync(
            async () =>
                await EndsAsync("after", () => before.GetQueuesAsync(["frozen.a"], default))
                    is null
                        or OpsRestartException { Error: not OpsError.ConnectionFailed },
            TimeSpan.FromSeconds(60)
        );
    }

    [Fact]
    public async Task Looking_at_it_again_and_again_leaves_no_descriptor()
    {
        server.Needed();
        await server.SignalAsync("STOP");
        try
        {
            var probe = ProbeCheck.Define("amqp", server.Address, ("queues", "a")) with { Timeout = TimeSpan.FromMilliseconds(200) };
            await using var session = new OpsSession();
            await session.CheckAsync([probe], default);
            var open = Sockets();
            for (var i = 0; i < 30; i++)
            {
                ProbeCheck.Is(ProbeStatus.Unhealthy, "Timeout", (await session.CheckAsync([probe], default))[0]);
            }

            await Eventually.IsTrueAsync(
                () => Task.FromResult(Sockets() <= open + 2),
                TimeSpan.FromSeconds(15),
                "each look closes what it opened"
            );
        }
        finally
        {
            await server.SignalAsync("CONT");
        }
    }

    private static int Sockets() =>
        Directory
            .GetFiles("/proc/self/fd")
            .Count(static f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static async Task<string> DrainAsync(IWorkQueueSystem system)
    {
        await using var drain = await system.OpenDrainAsync(new DrainRequest { Queues = ["frozen.a"] }, default);
        var seen = await DrainWaiter.LookAsync(drain, default);
        Assert.Contains(seen.Verdict, (DrainVerdict[])[DrainVerdict.Unreachable, DrainVerdict.NoReply]);
        return seen.Verdict.ToString();
    }

    /// <summary>The foreseen error that it ended in, or null.</summary>
    private static async Task<OpsRestartException?> EndsAsync<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            await ask().WaitAsync(Longest);
            return null;
        }
        catch (OpsRestartException e)
        {
            return e;
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{what}: no end within {Longest.TotalSeconds} s");
            throw;
        }
    }
}
