using System.Globalization;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

/// <summary>One worker of several, one task of several, and how a drain says that it gets on.</summary>
public sealed class CeleryOneOfManyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Of_two_workers_the_one_that_is_named_stops_taking_tasks_and_the_other_goes_on()
    {
        await using var stack = await CeleryStack.StartAsync(("PREFETCH", "1"));
        await stack.StartWorkerAsync("a", "-c", "1");
        await stack.StartWorkerAsync("b", "-c", "1");
        await using var system = await stack.OpenAsync();
        await using var lease = await system.SuspendAsync(new SuspendRequest { Workers = [CeleryStack.NodeName("a")] }, default);
        Assert.Equal([CeleryStack.NodeName("a")], lease.Suspension.Workers.Keys);
        var states = (await system.GetWorkersAsync(default)).ToDictionary(static w => w.Name, static w => w.State);
        Assert.Equal(QueueWorkerState.Suspended, states[CeleryStack.NodeName("a")]);
        Assert.NotEqual(QueueWorkerState.Suspended, states[CeleryStack.NodeName("b")]);

        var ids = await SendAsync(stack, 10);
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 10);
        Assert.All(ids, id => Assert.Contains(id, stack.LogOf("b"), StringComparison.Ordinal));
        Assert.All(ids, id => Assert.DoesNotContain(id, stack.LogOf("a"), StringComparison.Ordinal));

        // And after the resume it takes them again: the other one is suspended now.
        await lease.ResumeAsync(default);
        await using var other = await system.SuspendAsync(new SuspendRequest { Workers = ["b@*"] }, default);
        var more = await SendAsync(stack, 5);
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 15);
        Assert.All(more, id => Assert.Contains(id, stack.LogOf("a"), StringComparison.Ordinal));
        await other.ResumeAsync(default);
        Assert.Equal(ids.Concat(more).Order(), stack.Ledger.EndedIds.Order());
    }

    [Fact]
    public async Task A_running_task_is_terminated_its_process_is_replaced_and_the_next_one_runs()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        var running = await stack.SendAsync("held", []);
        await Eventually.IsTrueAsync(() => stack.Ledger.Begun == 1);
        var child = Assert.Single(Assert.Single(await system.GetWorkersAsync(default)).ChildPids);
        var revoked = await stack.SendAsync("sleep", [0.01]);
        var next = await stack.SendAsync("sleep", [0.01]);

        // Without -Terminate a running task is not touched, and one that waits never begins.
        Assert.True((await system.StopTaskAsync(revoked, false, null, default)).Stopped);
        await system.StopTaskAsync(running, false, null, default);
        Assert.True(Directory.Exists($"/proc/{child}"));

        // It would run for ever: nothing but the signal ends it.
        Assert.True((await system.StopTaskAsync(running, true, null, default)).Stopped);
        await Eventually.IsTrueAsync(() => stack.Ledger.EndedIds.Contains(next), TimeSpan.FromSeconds(60));
        Assert.False(Directory.Exists($"/proc/{child}"));
        Assert.Equal([next], stack.Ledger.EndedIds);
        Assert.True((await DrainAsync(system, static _ => { })).IsDrained);
        Assert.Equal(2, stack.Ledger.Begun);
    }

    [Fact]
    public async Task The_rate_and_the_time_left_that_a_drain_tells_are_what_the_tasks_wrote_down()
    {
        await using var stack = await CeleryStack.StartAsync(("PREFETCH", "1"));
        await stack.StartWorkerAsync("a", "-c", "2");
        await using var system = await stack.OpenAsync();
        for (var i = 0; i < 50; i++)
        {
            await stack.SendAsync("sleep", [0.5]);
        }

        var told = new List<(DateTime At, DrainProgress Progress)>();
        var result = await DrainAsync(system, p => told.Add((DateTime.UtcNow, p)));
        Assert.True(result.IsDrained, string.Join("; ", result.Evidence));
        var ends = stack.Ledger.Read().Where(static l => l.What == "end").Select(static l => l.At).Order().ToList();

        // Neither the first seconds, in which there is little to count, nor the last ones, where a task more or less is half of what is
        // left.
        var known = told.Where(t =>
                t.Progress is { Rate: not null, Elapsed.TotalSeconds: > 4 } && ends[^1] - t.At > TimeSpan.FromSeconds(3)
            )
            .ToList();
        Assert.NotEmpty(known);
        var rates = known.Select(t => t.Progress.Rate!.Value / RateOf(ends, t.At, t.Progress.Elapsed)).Order().ToList();
        var times = known.Select(t => t.Progress.Eta!.Value / (ends[^1] - t.At)).Order().ToList();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{known.Count} of {told.Count} looks: told rate / true rate {rates[0]:0.00} to {rates[^1]:0.00}, told time / true "
                    + $"time {times[0]:0.00} to {times[^1]:0.00}"
            )
        );
        Assert.InRange(rates[rates.Count / 2], 0.75, 1.3);
        Assert.InRange(times[times.Count / 2], 0.6, 1.7);
        Assert.All(
            known,
            static t =>
                Assert.Equal(
                    t.Progress.Waiting + t.Progress.Held + t.Progress.Executing,
                    t.Progress.Eta!.Value.TotalSeconds * t.Progress.Rate!.Value,
                    0.01
                )
        );
    }

    private static double RateOf(List<DateTime> ends, DateTime at, TimeSpan elapsed)
    {
        var window = Math.Min(10, elapsed.TotalSeconds);
        return ends.Count(e => e > at.AddSeconds(-window) && e <= at) / window;
    }

    private static Task<DrainResult> DrainAsync(IWorkQueueSystem system, Action<DrainProgress> progress) =>
        new DrainWaiter(TimeProvider.System).WaitAsync(system, "load", new DrainRequest(), TimeSpan.FromSeconds(180), progress, default);

    private static async Task<List<string>> SendAsync(CeleryStack stack, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add(await stack.SendAsync("sleep", [0.05]));
        }

        return ids;
    }
}
