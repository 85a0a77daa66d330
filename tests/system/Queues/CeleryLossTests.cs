using System.Diagnostics;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Amqp;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Redis;

namespace OpsRestart.Tests.System.Queues;

/// <summary>
/// Suspends and resumes over and over while producers never stop, and counts every id. The short form runs always;
/// OPSRESTART_LOSS_ROUNDS=500 does that many suspensions on Redis, shared by its loads, and a hundred tasks for each.
/// </summary>
[Collection("rabbitmq")]
public sealed class CeleryLossTests(RabbitServer rabbit, ITestOutputHelper output)
{
    private const int Loads = 4;
    private const int TasksEach = 100;
    private static readonly string[] Prefork = ["-c", "1"];
    private static readonly string[] Threads = ["-P", "threads", "-c", "2"];

    private static int? LongRounds => Setting.Number("OPSRESTART_LOSS_ROUNDS");

    [Theory]
    [InlineData(3, "quick", 0.001, 80, false)]
    [InlineData(3, "quicklate", 0.02, 60, true)]
    [InlineData(5, "quick", 0.05, 40, true)]
    [InlineData(10, "quicklate", 0.002, 70, true)]
    public async Task On_Redis_every_task_runs_exactly_once_whatever_is_suspended_meanwhile(
        int workers,
        string task,
        double seconds,
        double rate,
        bool threads
    )
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkersAsync(workers, threads ? Threads : Prefork);
        await using var system = await stack.OpenAsync();
        await using var feeder = stack.Feed(task, seconds, rate);
        await SuspendOverAndOverAsync(system, [feeder], stack.Ledger, 15);
        output.WriteLine(
            "put back by workers: "
                + $"{Enumerable.Range(0, workers).Sum(i => stack.LogOf($"w{i}").Split("Requeuing undeliverable").Length - 1)}"
        );
    }

    [Theory]
    [InlineData(3, "quick", 0.001, 80)]
    public async Task On_RabbitMQ_too(int workers, string task, double seconds, double rate)
    {
        await using var stack = await AmqpCeleryStack.StartAsync(rabbit);
        await stack.StartWorkersAsync(workers, Prefork);
        await using var system = await stack.OpenAsync();
        await using var feeder = stack.Feed(task, seconds, rate);
        await SuspendOverAndOverAsync(system, [feeder], stack.Ledger, 10);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public async Task On_Redis_nor_where_only_some_workers_or_one_of_two_queues_are_suspended(int workers, bool threads)
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkersAsync(workers, [.. threads ? Threads : Prefork, "-Q", "celery,other"]);
        await using var system = await stack.OpenAsync();
        await using var feeder = stack.Feed("quick", 0.001, 50);
        await using var other = stack.Feed("quicklate", 0.001, 30, "other");
        await SuspendOverAndOverAsync(
            system,
            [feeder, other],
            stack.Ledger,
            15,
            random => new SuspendRequest
            {
                Queues = random.Next(3) == 0 ? [] : [random.Next(2) == 0 ? "celery" : "other"],
                Workers =
                    random.Next(3) == 0
                        ? []
                        : [.. Enumerable.Range(0, workers).Where(_ => random.Next(2) == 0).Append(0).Select(static i => $"w{i}@*")],
            }
        );
    }

    [Fact]
    public async Task On_Redis_nor_where_this_user_may_not_end_a_pop_and_each_has_to_be_waited_for()
    {
        var redis = await RedisServer.StartAsync();
        await using (var connection = await redis.ConnectAsync())
        {
            Assert.Equal(
                "OK",
                (
                    await connection.SendAsync(
                        new("ACL", "SETUSER", "slow", "on", ">secret", "~*", "&*", "+@all", "-client|unblock"),
                        default
                    )
                ).Text
            );
        }

        var address = redis.Address.Replace("redis://", "redis://slow:secret@", StringComparison.Ordinal);
        await using var stack = CeleryStack.On(redis, address, ("BROKER", redis.Address));
        await stack.StartWorkersAsync(3, Prefork);
        await using var system = await stack.OpenAsync();
        await using var feeder = stack.Feed("quick", 0.001, 60);
        await SuspendOverAndOverAsync(system, [feeder], stack.Ledger, 4);
    }

    private async Task SuspendOverAndOverAsync(
        IWorkQueueSystem system,
        IReadOnlyList<Feeder> feeders,
        Ledger ledger,
        int shortRounds,
        Func<Random, SuspendRequest>? request = null
    )
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var rounds = (LongRounds + Loads - 1) / Loads ?? shortRounds;
        output.WriteLine(FormattableString.Invariant($"seed {seed}, {rounds} suspensions"));
        var took = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            await Task.Delay(random.Next(50, 400));
            var clock = Stopwatch.StartNew();
            await using var lease = await system.SuspendAsync(
                request?.Invoke(random) ?? new SuspendRequest(),
                TestContext.Current.CancellationToken
            );
            took.Add(clock.Elapsed.TotalMilliseconds);
            await Task.Delay(random.Next(0, 300));
            await lease.ResumeAsync(TestContext.Current.CancellationToken);
            while (LongRounds is not null && feeders.Sum(static f => f.Count) < TasksEach * (round + 1L))
            {
                await Task.Delay(10);
            }
        }

        await Task.WhenAll(feeders.Select(static f => f.StopAsync()));
        var drained = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Quiescent, seconds: 120);
        var count = LossCount.Of([.. feeders.SelectMany(static f => f.Sent)], ledger.EndedIds);
        took.Sort();
        output.WriteLine(
            FormattableString.Invariant($"{count}; a suspension took {took[took.Count / 2]:0} ms (median), {took[^1]:0} ms at most")
        );
        Assert.True(drained.IsDrained, string.Join("; ", drained.Evidence));
        Assert.True(count.Sent > rounds, "nothing was sent: this test proves nothing");
        Assert.Empty(count.Lost);
        Assert.Empty(count.Twice);
        Assert.Empty(count.Foreign);
    }
}
