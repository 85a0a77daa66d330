using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

public sealed class CeleryDrainTests(ITestOutputHelper output)
{
    private static Task<DrainResult> DrainAsync(
        IWorkQueueSystem system,
        DrainLevel level = DrainLevel.Drained,
        int seconds = 60,
        params string[] queues
    ) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(
            system,
            "load",
            new DrainRequest { Level = level, Queues = queues },
            TimeSpan.FromSeconds(seconds),
            static _ => { },
            default
        );

    [Fact]
    public async Task Twenty_drains_of_tasks_that_send_others_have_no_false_verdict_and_end_within_100_ms()
    {
        await using var stack = await CeleryStack.StartAsync();
        stack.Launch("a", "-c", "2");
        await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync();
        var late = new List<double>();
        var random = new Random(7);
        for (var drain = 0; drain < 20; drain++)
        {
            var sent = 0;
            for (var i = 0; i < 4; i++)
            {
                var length = random.Next(4, 12);
                await stack.SendAsync(i == 0 ? "latechain" : "chain", [length, random.Next(1, 80) / 1000.0]);
                sent += length + 1;
            }

            var before = stack.Ledger.Ended;
            var result = await DrainAsync(system);
            var seen = result.At;
            Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
            Assert.Equal(DrainConfidence.Exact, result.Confidence);

            // False when anything began or ended after the verdict.
            await Task.Delay(300);
            Assert.Empty(stack.Ledger.After(seen));
            Assert.True(stack.Ledger.Ended >= before);
            late.Add((seen - stack.Ledger.LastEnd).TotalMilliseconds);
        }

        late.Sort();
        output.WriteLine(
            $"verdict after the true end: median {late[10]:0.0} ms, worst {late[^1]:0.0} ms of {late.Count}; {stack.Ledger.Ended} tasks"
        );
        Pace.AssertWithin(TimeSpan.FromMilliseconds(late[10]), TimeSpan.FromMilliseconds(100), "(median)");
        Assert.Equal(stack.Ledger.EndedIds.Count, stack.Ledger.EndedIds.Distinct().Count());
    }

    [Theory]
    [InlineData("threads")]
    [InlineData("solo")]
    public async Task Other_pools_have_no_false_verdict_either(string pool)
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-P", pool, "-c", "2");
        await stack.StartWorkerAsync("b", "-P", pool, "-c", "1");
        await using var system = await stack.OpenAsync();
        var random = new Random(3);
        for (var drain = 0; drain < 6; drain++)
        {
            await stack.SendAsync("chain", [random.Next(3, 8), random.Next(1, 60) / 1000.0, 2]);
            await stack.SendAsync("latechain", [random.Next(3, 8), random.Next(1, 60) / 1000.0]);
            var result = await DrainAsync(system);
            Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
            Assert.Equal(DrainConfidence.Exact, result.Confidence);
            await Task.Delay(300);
            Assert.Empty(stack.Ledger.After(result.At));
            Assert.Equal(stack.Ledger.Begun, stack.Ledger.Ended);
        }
    }
}
