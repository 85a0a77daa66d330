using System.Globalization;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Queues;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;

namespace OpsRestart.Tests.System.Runs;

/// <summary>
/// Restarts, whole and in part, in every mode and in none, while producers never stop; every id is counted: none is lost and none
/// runs twice, except where the run itself says what it killed or could not suspend. The short form has one restart for each mode;
/// OPSRESTART_LOSS_RESTARTS=100 that many whole ones for each, and a fifth as many in part; the same again: OPSRESTART_SEED=N.
/// </summary>
public abstract class RestartLossTest(ITestOutputHelper output) : RunTest
{
    /// <summary>With a stack so many are done; the next one has other workers and another load.</summary>
    private const int RestartsOfAStack = 10;
    private static readonly DrainMode?[] Modes = [null, DrainMode.Wait, DrainMode.Signal, DrainMode.SuspendOnly, DrainMode.None];

    private static int? LongForm => Setting.Number("OPSRESTART_LOSS_RESTARTS");

    /// <summary>Three in the short form; in the long one up to ten, more often few.</summary>
    private protected static int WorkerCount(Random random) =>
        LongForm is null ? 3 : 3 + Math.Min(random.Next(8), Math.Min(random.Next(8), random.Next(8)));

    private protected async Task RestartOverAndOverAsync(Func<Random, Task<FedStack>> start)
    {
        var seed = Setting.Number("OPSRESTART_SEED") ?? Environment.TickCount & 0xffff;
        var random = new Random(seed);
        Tell($"seed {seed}");
        var restarts = LongForm is { } many
            ? Enumerable.Range(0, many).SelectMany(i => Modes.Where(static m => m is not null).SelectMany(m => Restarts(m, i))).ToArray()
            : [.. Modes.Select(m => new Restart(m, random.Next(3) > 0))];
        random.Shuffle(restarts);
        List<string> wrong = [];
        foreach (var some in restarts.Chunk(RestartsOfAStack))
        {
            wrong.AddRange(await OneStackAsync(start, some, random));
        }

        Assert.True(wrong.Count == 0, $"seed {seed}: {string.Join('\n', wrong)}");

        static IEnumerable<Restart> Restarts(DrainMode? mode, int i) =>
            i % 5 > 0 ? [new Restart(mode, IsWhole: true)] : [new Restart(mode, IsWhole: true), new Restart(mode, IsWhole: false)];
    }

    private async Task<IReadOnlyList<string>> OneStackAsync(Func<Random, Task<FedStack>> start, Restart[] restarts, Random random)
    {
        await using var stack = await start(random);
        await using var system = await Session.Queues.OpenAsync(stack.Graph(DrainLevel.None).Queues[0], default);
        Tell($"{stack}");
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended > 5, TimeSpan.FromSeconds(60));
        List<(string What, bool Named, long From)> rounds = [];
        List<string> wrong = [];
        foreach (var restart in restarts)
        {
            await Task.Delay(random.Next(100, 1500));
            var from = stack.Feeder.Count;
            var (what, named, trouble) = await OneRestartAsync(stack, restart, random);
            rounds.Add((what, named, from));
            wrong.AddRange(trouble.Select(t => $"{what}: {t}"));
            await UntilAllConsumeAsync(system, stack);
        }

        await Task.Delay(200);
        await stack.Feeder.StopAsync();
        var drained = await AmqpCeleryStack.DrainAsync(system, DrainLevel.Quiescent, seconds: 300);
        var sent = stack.Feeder.Sent.ToList();
        var count = LossCount.Of(sent, stack.Ledger.EndedIds);
        Tell($"{count}");
        wrong.AddRange(
            count
                .Lost.Select(id => (Id: id, What: "lost"))
                .Concat(count.Twice.Select(id => (Id: id, What: "run twice")))
                .Where(l => IndexOf(l.Id) is var i && (i < 0 || !rounds[i].Named))
                .Select(l => $"{l.Id} {l.What} ({RoundOf(l.Id)})")
        );
        wrong.AddRange(count.Foreign.Except(stack.Feeder.Unsure).Select(static id => $"{id} was never sent"));
        if (!drained.IsDrained && !rounds.Exists(static r => r.Named))
        {
            wrong.Add($"{drained.Verdict} in the end: {string.Join("; ", drained.Evidence)}");
        }

        if (count.Sent < 20 * restarts.Length)
        {
            wrong.Add($"only {count.Sent} were sent: that proves nothing");
        }

        wrong.ForEach(w => Tell($"  WRONG: {w}"));
        return [.. wrong.Select(w => $"{stack}: {w}")];

        int IndexOf(string id)
        {
            var at = sent.IndexOf(id);
            return rounds.FindLastIndex(r => r.From <= at);
        }

        string RoundOf(string id)
        {
            var at = sent.IndexOf(id);
            var index = IndexOf(id);
            return FormattableString.Invariant(
                $"number {at} of {sent.Count}, sent {(index < 0 ? "before all" : $"in or after restart {index} of {rounds.Count}: {rounds[index].What}")}"
            );
        }
    }

    private async Task<(string What, bool Named, IReadOnlyList<string> Wrong)> OneRestartAsync(
        FedStack stack,
        Restart restart,
        Random random
    )
    {
        var (mode, whole) = restart;
        string[] names = whole ? [] : [.. random.GetItems(stack.Workers.ToArray(), random.Next(1, stack.Workers.Count)).Distinct()];
        var level = mode is null ? random.GetItems([DrainLevel.Executing, DrainLevel.Drained, DrainLevel.None], 1)[0] : DrainLevel.Drained;
        var what = $"mode {mode?.ToString() ?? $"of the graph, {level}"}, {(whole ? "whole" : string.Join(' ', names))}";
        var before = await stack.InvocationsAsync();

        // A queue that is fed all the time is drained by luck: in the end the workers are told to finish what they have.
        var graph = stack.Graph(level);
        graph = graph with
        {
            Queues =
            [
                graph.Queues[0] with
                {
                    OnTimeout = DrainTimeoutPolicy.Continue,
                    Timeout = TimeSpan.FromSeconds(level == DrainLevel.Drained && mode is null ? 3 : 120),
                },
            ],
        };
        var run = await RunAsync(
            graph,
            GraphOperation.Restart,
            plan: new PlanOptions
            {
                DrainMode = mode,
                Names = names,
                Only = true,
            }
        );
        var after = await stack.InvocationsAsync();
        Tell($"  {what}: {run.Outcome}, {run.Duration.TotalSeconds:0.0} s{string.Concat(run.Warnings.Select(static w => $"\n    {w}"))}");

        List<string> wrong = [];
        if (run.Outcome != RunOutcome.Done)
        {
            wrong.Add($"{run.Outcome}: {run.Failure} {string.Join("; ", run.Left)}");
        }

        foreach (var killed in run.Steps.Where(static s => s.Status == StepStatus.Killed))
        {
            Tell($"    {killed.Id} killed: {killed.Note}; its log: {await stack.LogOfAsync(killed.Target)}");
        }

        var meant =
            !whole ? names
            : mode == DrainMode.Signal ? stack.Workers
            : before.Keys;
        wrong.AddRange(meant.Where(n => after[n] == before[n]).Select(static n => $"{n} was not restarted"));

        // On a machine that is busy with others a suspension may not be had in time, and a worker not be done in time: then the run says so.
        var named =
            run.Steps.Any(static s => s.Status == StepStatus.Killed)
            || run.Warnings.Any(static w => w.Contains("could not be suspended", StringComparison.Ordinal));
        return (what, named, wrong);
    }

    private static async Task UntilAllConsumeAsync(IWorkQueueSystem system, FedStack stack)
    {
        var pids = new List<int>();
        foreach (var worker in stack.Workers)
        {
            pids.Add(int.Parse(await Systemctl.ShowAsync(worker, "MainPID"), CultureInfo.InvariantCulture));
        }

        await Eventually.IsTrueAsync(
            async () =>
            {
                var workers = await system.GetWorkersAsync(default);
                return pids.TrueForAll(p =>
                    workers.Any(w => w.Pid == p && w.Queues.Count > 0 && w.State is QueueWorkerState.Idle or QueueWorkerState.Busy)
                );
            },
            TimeSpan.FromSeconds(60),
            "every worker's process consumes"
        );
    }

    private sealed record Restart(DrainMode? Mode, bool IsWhole);

    private void Tell(FormattableString line) => output.WriteLine(FormattableString.Invariant(line));
}
