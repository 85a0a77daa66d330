using System.Diagnostics;
using System.Globalization;
using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Cli;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Runs;

/// <summary>
/// A service dies at a random moment of a run. What the run says is compared with what the machine is like afterwards. More runs:
/// OPSRESTART_DEATHS=200; the same again: OPSRESTART_SEED=N.
/// </summary>
public sealed class DeathTests(ITestOutputHelper output) : RunTest
{
    /// <summary>A death so near to the end of the run comes after its last look, or may.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(200);

    private static readonly ServiceGraph Stack = Graph(
        Node("t-listens") with
        {
            Ready = [Tcp(7101)],
        },
        Node("t-demo@a", "t-listens"),
        Node("t-demo@b"),
        Node("t-start-ms@700", "t-listens"),
        Node("t-start-ms@200", "t-start-ms@700") with
        {
            StableFor = TimeSpan.FromMilliseconds(300),
        },
        Node("t-death-returns", "t-demo@a"),
        Node("t-death-lingers", "t-listens")
    );

    private static readonly string[] Names = [.. Stack.Nodes.Select(static n => n.Service)];

    [Fact]
    public async Task A_run_in_which_a_service_dies_says_of_each_what_the_machine_says()
    {
        var seed = Setting.Number("OPSRESTART_SEED") ?? Environment.TickCount & 0xffff;
        var wanted = Setting.Number("OPSRESTART_DEATHS") ?? 20;
        var random = new Random(seed);
        await using var units = await InstallAsync();
        var lengths = new Dictionary<GraphOperation, TimeSpan>();
        var story = new List<string>();
        var wrong = new List<string>();
        var judged = 0;
        for (var tries = 0; judged < wanted && tries < wanted * 3; tries++)
        {
            var operation = (GraphOperation)random.Next(3);
            if (!lengths.TryGetValue(operation, out var length))
            {
                lengths[operation] = length = await UndisturbedAsync(operation);
            }

            var death = new Death(Names[random.Next(Names.Length)], (DeathKind)random.Next(3), length * (random.NextDouble() * 1.1));
            var (line, disagreements) = await OneAsync(operation, death, random);
            story.Add(line);
            if (disagreements is not null)
            {
                judged++;
                wrong.AddRange(disagreements.Select(d => $"{line}: {d}"));
            }
        }

        var outcomes = string.Join(
            '\n',
            story.Select(static s => s.Split(" => ")[^1].Split(' ')[0]).CountBy(static o => o).Select(static o => $"  {o.Key} {o.Value}")
        );
        var summary = FormattableString.Invariant(
            $"seed {seed}: {judged} runs with a death judged of {story.Count}, {wrong.Count} disagreements\n{outcomes}"
        );
        output.WriteLine(summary);
        Assert.True(judged >= wanted, summary);
        Assert.True(wrong.Count == 0, $"{summary}\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public async Task One_that_dies_and_that_its_manager_brings_back_in_the_middle_of_the_rollback_is_as_it_was()
    {
        await using var units = await Units.InstallAsync(
            ("t-death-returns", Units.Service("/bin/sleep infinity", "Restart=always", "RestartSec=1s"))
        );
        await UpAsync("t-death-returns", "t-demo@b");
        OnEvent = static e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "validate" })
            {
                using var kill = Process.Start("systemctl", ["kill", "--signal=KILL", "--kill-who=main", "t-death-returns"]);
                kill.WaitForExit();
            }
        };
        var run = await RunAsync(Graph(Node("t-death-returns"), Node("t-demo@b")), GraphOperation.Restart);

        Assert.Contains("t-death-returns", run.Failure, StringComparison.Ordinal);
        await AssertRunningAsync("t-death-returns");
        Assert.Empty(run.Left);
        Assert.Equal(RunOutcome.RolledBack, run.Outcome);
    }

    [Fact]
    public async Task A_command_that_is_signalled_leaves_what_it_says()
    {
        var seed = Setting.Number("OPSRESTART_SEED") ?? Environment.TickCount & 0xffff;
        var wanted = Setting.Number("OPSRESTART_SIGNALS") ?? 8;
        var random = new Random(seed);
        await using var units = await InstallAsync();
        var folder = Directory.CreateTempSubdirectory("opsrestart-signals-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "stack.yml"), Yaml);
        var story = new List<string>();
        var wrong = new List<string>();
        for (var i = 0; i < wanted; i++)
        {
            var operation = (GraphOperation)random.Next(3);
            await PrepareAsync(operation, null);
            var before = await UnitLook.OfAsync(Names);
            using var command = Command.Start(folder.FullName, operation.ToString().ToLowerInvariant(), "stack");
            await command.UntilAsync("stack: ");
            var after = TimeSpan.FromSeconds(random.NextDouble() * 5);
            await Task.Delay(after);
            var signal = random.Next(2) == 0 ? "INT" : "TERM";
            await Shell.RunAsync("kill", [$"-{signal}", command.Pid.ToString(CultureInfo.InvariantCulture)]);
            var end = await command.EndAsync();
            var line = FormattableString.Invariant(
                $"{operation} {signal} at {after.TotalSeconds:0.000} s => {end.ExitCode} {end.Output.Trim().Split('\n')[0]}"
            );
            story.Add(line);
            wrong.AddRange(Disagreements(operation, end, before, await UnitLook.OfAsync(Names)).Select(d => $"{line}: {d}"));
        }

        folder.Delete(recursive: true);
        var codes = string.Join(
            ", ",
            story.CountBy(static s => s.Split("=> ")[1].Split(' ')[0]).Select(static c => $"exit code {c.Key}: {c.Value}")
        );
        var summary = FormattableString.Invariant($"seed {seed}: {story.Count} commands signalled, {wrong.Count} disagreements ({codes})");
        output.WriteLine(summary);
        Assert.True(wrong.Count == 0, $"{summary}\n{string.Join('\n', wrong)}");
    }

    private static Task<Units> InstallAsync() =>
        Units.InstallAsync(
            ("t-death-returns", Units.Service("/bin/sleep infinity", "Restart=always", "RestartSec=50ms")),
            ("t-death-lingers", Units.Service("/bin/sh -c 'trap \"sleep 0.5; exit 0\" TERM; while :; do sleep 0.1; done'"))
        );

    /// <summary>The same stack as a file.</summary>
    private static string Yaml =>
        "graph: stack\nservices:\n"
        + string.Concat(
            Stack.Nodes.Select(static n =>
                $"  {n.Name}: {{ unit: {n.Service}, needs: "
                + $"[{string.Join(", ", n.Needs)}]{(n.Ready.Count > 0 ? $", ready: \"{n.Ready[0].Target}\"" : "")}{(n.StableFor is null ? "" : ", stableFor: 300ms")} "
                + "}\n"
            )
        );

    private static IEnumerable<string> Disagreements(
        GraphOperation operation,
        ShellResult end,
        IReadOnlyDictionary<string, UnitLook> before,
        IReadOnlyDictionary<string, UnitLook> after
    )
    {
        foreach (var unit in Names)
        {
            var (was, now) = (before[unit], after[unit]);
            var isSo = end.ExitCode switch
            {
                0 => operation == GraphOperation.Stop ? !now.IsUp : now.ActiveState == "active" && now.InvocationId != was.InvocationId,
                1 => was.IsUp == now.IsUp,
                7 => was.IsUp == now.IsUp || end.Output.Contains($"({unit})", StringComparison.Ordinal),
                _ => false,
            };
            if (!isSo)
            {
                yield return $"{now} (before: {was})";
            }
        }
    }

    private static async Task PrepareAsync(GraphOperation operation, string? down)
    {
        await Shell.BashAsync("systemctl stop 't-*' 2>/dev/null || true; systemctl reset-failed 't-*' 2>/dev/null || true");
        if (operation != GraphOperation.Start)
        {
            await UpAsync([.. Names.Where(n => n != down)]);
        }
    }

    private async Task<TimeSpan> UndisturbedAsync(GraphOperation operation)
    {
        await PrepareAsync(operation, null);
        var run = await RunAsync(Stack, operation);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        return run.Duration;
    }

    /// <summary>
    /// What happened in a line, and what result and machine disagree in; null where the death came too late to be the run's.
    /// </summary>
    private async Task<(string Line, IReadOnlyList<string>? Disagreements)> OneAsync(GraphOperation operation, Death death, Random random)
    {
        var down = operation == GraphOperation.Restart && random.Next(4) == 0 ? Names[random.Next(Names.Length)] : null;
        await PrepareAsync(operation, down);
        var before = await UnitLook.OfAsync(Names);
        var phase = "lock";
        var ended = long.MaxValue;
        OnEvent = e =>
        {
            phase = e.Kind == RunEventKind.StepStarted ? (e.IsRollback ? "rollback " : "") + e.Step : phase;
            ended = e.Kind == RunEventKind.RunFinished ? Stopwatch.GetTimestamp() : ended;
        };
        var killing = KillAsync(death, () => phase);
        var run = await RunAsync(Stack, operation, plan: new PlanOptions { SkipValidation = random.Next(3) == 0 });
        var after = await UnitLook.OfAsync(Names);
        var (at, when) = await killing;
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{operation} {(down is null ? "" : $"without {down} ")}{death.Kind} {death.Unit} at {death.After.TotalSeconds:0.000} s "
                + $"in {when} => {run.Outcome} {run.Failure?.Split('\n')[0]}"
        );

        // One that ends by itself takes its time: what counts is when systemd saw it end.
        var died = after[death.Unit].Ended is var seen && seen > Stopwatch.GetElapsedTime(0, at) ? seen : Stopwatch.GetElapsedTime(0, at);
        return Stopwatch.GetElapsedTime(0, ended) - died < TooLate ? (line, null) : (line, [.. Disagreements(run, death, before, after)]);
    }

    private static async Task<(long At, string Phase)> KillAsync(Death death, Func<string> phase)
    {
        await Task.Delay(death.After);
        var when = phase();
        // A unit that does not run at this moment can not die; that is no failure.
        await (
            death.Kind switch
            {
                DeathKind.Killed => Systemctl.RunAsync("kill", "--signal=KILL", "--kill-who=main", death.Unit),
                DeathKind.Exits => Systemctl.RunAsync("kill", "--signal=TERM", "--kill-who=main", death.Unit),
                _ => Systemctl.RunAsync("stop", death.Unit),
            }
        );
        return (Stopwatch.GetTimestamp(), when);
    }

    private static IEnumerable<string> Disagreements(
        ServiceGraphRun run,
        Death death,
        IReadOnlyDictionary<string, UnitLook> before,
        IReadOnlyDictionary<string, UnitLook> after
    )
    {
        foreach (var unit in Names)
        {
            var (was, now) = (before[unit], after[unit]);
            var told = run.Left.Any(l => l.Contains($"({unit})", StringComparison.Ordinal));
            if (run.Outcome == RunOutcome.Done)
            {
                var wanted = run.Operation == GraphOperation.Start || (run.Operation == GraphOperation.Restart && was.IsUp);
                var asPlanned = wanted
                    ? now.ActiveState == "active" && now.Restarts == 0 && now.InvocationId != was.InvocationId
                    : !now.IsUp;
                if (!asPlanned)
                {
                    yield return $"done, and {now} (before: {was})";
                }
            }
            else if (told == (was.IsUp == now.IsUp))
            {
                yield return $"{now}, before {was}, and it is {(told ? "" : "not ")}listed as left: {string.Join("; ", run.Left)}";
            }
        }

        if (run.Outcome != RunOutcome.Done && run.Failure?.Contains(death.Unit, StringComparison.Ordinal) != true)
        {
            yield return $"the failure does not name {death.Unit}";
        }
    }

    private enum DeathKind
    {
        /// <summary>KILL of the main process.</summary>
        Killed,

        /// <summary>The main process ends by itself.</summary>
        Exits,

        /// <summary>Somebody stops it.</summary>
        Stopped,
    }

    private sealed record Death(string Unit, DeathKind Kind, TimeSpan After);
}
