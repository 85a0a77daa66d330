namespace OpsRestart.Tests.System.Stacks;

/// <summary>
/// The whole Nautobot stack is restarted while hundreds of tasks of all kinds are in it: short and long, spawning others, retrying, due
/// later, acknowledged early and late.
/// </summary>
[Collection("nautobot")]
public sealed class NautobotRestartTests(NautobotStack stack, ITestOutputHelper output) : StackTest(stack, output)
{
    [Fact]
    public async Task A_restart_under_load_loses_no_task_and_runs_none_twice()
    {
        await stack.QueueAsync(250, longest: 0.4);
        using var stop = new CancellationTokenSource();
        var users = QueueThroughTheWebAsync(stop.Token);
        var run = await RunAsync();
        await stop.CancelAsync();

        Assert.Equal(RunOutcome.Done, run.Outcome);
        var drain = Assert.Single(run.Drains);
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Exact), (drain.Verdict, drain.Confidence));
        Assert.True(drain.Finished > 200, $"{drain.Finished} tasks finished in the drain");

        // Tasks that were due later were held over the restart of their broker: nobody has counted those there, so "none lost" is not said.
        var said = drain.Held == 0 ? "none lost" : $"{drain.Held} held";
        Assert.EndsWith($"{drain.Finished} tasks finished, {said}", Core.Reports.RunTable.Headline(run), StringComparison.Ordinal);

        // The verdict was true: nothing began or ended between it and the start of the new worker.
        Assert.Equal(0, await NautobotStack.CountMovesAsync(drain.At, BeginOf(run, "start:worker")));
        Output.WriteLine($"{await users} requests of users were accepted meanwhile");
        await AssertNothingLostAsync(atLeast: 250);
        await AssertAllRunAsync();
    }

    [Theory]
    [InlineData(DrainMode.Wait)]
    [InlineData(DrainMode.Signal)]
    [InlineData(DrainMode.SuspendOnly)]
    [InlineData(DrainMode.None)]
    public async Task A_restart_of_the_worker_in_any_mode_loses_nothing_as_long_as_no_task_outlasts_its_patience(DrainMode mode)
    {
        await stack.QueueAsync(60, longest: 0.5, seed: (int)mode);
        var run = await RunAsync(WorkerOnly with { DrainMode = mode });

        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal(mode == DrainMode.Wait, run.Drains.Count == 1 && run.Drains[0].IsDrained);
        Assert.DoesNotContain(run.Warnings, static w => w.Contains("killed", StringComparison.Ordinal));
        var books = await stack.CountAsync(60);
        Output.WriteLine(books.Text);
        Assert.True(books is { Balance: true, Lost: 0, Waiting: 0, Running: 0 }, books.Text);

        // A Celery 5.2 worker that is stopped under load puts back prefetched tasks that a pool process has already taken; one that was
        // drained never does.
        Assert.True(mode != DrainMode.Wait || books.Twice == 0, books.Text);
    }

    private static async Task<int> QueueThroughTheWebAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        var accepted = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var answer = await client.PostAsync(
                    new Uri("http://127.0.0.1:8000/tasks/queue/?count=2&longest=0.2"),
                    null,
                    CancellationToken.None
                );
                accepted += answer.IsSuccessStatusCode ? 1 : 0;
            }
            catch (HttpRequestException)
            {
                // The web tier is down: what is refused is not queued.
            }

            await Task.Delay(100, CancellationToken.None);
        }

        return accepted;
    }
}
