using OpsRestart.Core.Reports;
using OpsRestart.Tests.Units.Execution;

namespace OpsRestart.Tests.Units.Reports;

public sealed class RunTableTests
{
    [Fact]
    public void Shows_one_row_for_each_thing_in_the_order_in_which_they_began()
    {
        Assert.Equal(
            [
                "stop web | done | 0.0s | 0.6s | ",
                "stop scheduler | killed | 0.0s | 5.3s | killed after 5.0s",
                "drain default | drained | 0.6s | 4.1s | 312 tasks finished, proof exact",
                "stop worker | done | 4.7s | 0.9s | ",
                "restart redis | ready | 5.6s | 0.4s | PONG in 2 ms",
                "start scheduler | settled | 6.0s | 1.5s | up for 1.0s",
                "start worker | ready | 6.0s | 1.9s | 1 of 1 nodes answer",
                "start web | settled | 7.9s | 1m 2s | 200 in 31 ms",
                "start extra | not needed | 8.0s | 0.0s | was not running before",
                "validate  | done | 8.1s | 0.1s | 4 probes healthy",
            ],
            Text(RunTable.Rows(Runs.Restart()))
        );
    }

    [Fact]
    public void Tells_a_failure_by_the_part_that_failed_and_puts_the_way_back_last()
    {
        var run = Runs.Of(
            RunOutcome.RolledBack,
            Runs.Step(StepKind.Stop, "web", StepStatus.Done, 0, 1),
            Runs.Step(StepKind.Start, "web", StepStatus.Done, 1.05, 0.1),
            Runs.Step(StepKind.WaitReady, "web", StepStatus.TimedOut, 1.15, 60) with
            {
                ErrorMessage = "nautobot runs and is not ready: http was not healthy.\n  last lines\n",
            },
            Runs.Step(StepKind.Settle, "web", StepStatus.Skipped, 61.2, 0, "ready:web did not succeed"),
            Runs.Step(StepKind.Validate, "", StepStatus.Skipped, 61.2, 0, "ready:web did not succeed"),
            Runs.Step(StepKind.Start, "web", StepStatus.Done, 61.3, 0.2) with
            {
                IsRollback = true,
            }
        );

        Assert.Equal(
            [
                "stop web | done | 0.0s | 1.0s | ",
                "start web | timed out | 1.1s | 1m | nautobot runs and is not ready: http was not healthy.",
                "validate  | skipped | 1m 1s | 0.0s | ready:web did not succeed",
                "start web | done | 1m 1s | 0.2s | ",
            ],
            Text(RunTable.Rows(run))
        );
        Assert.Equal([false, false, false, true], RunTable.Rows(run).Select(r => r.IsRollback));
    }

    [Fact]
    public void Says_restart_only_when_nothing_came_between()
    {
        var run = Runs.Of(
            RunOutcome.Done,
            Runs.Step(StepKind.Stop, "a", StepStatus.Done, 0, 1),
            Runs.Step(StepKind.Stop, "b", StepStatus.Killed, 0, 1, "killed"),
            Runs.Step(StepKind.Start, "a", StepStatus.Done, 1.2, 1),
            Runs.Step(StepKind.Start, "b", StepStatus.Done, 1, 1)
        );

        Assert.Equal(["stop a", "stop b", "start b", "start a"], RunTable.Rows(run).Select(r => $"{r.Verb} {r.Target}"));
    }

    [Theory]
    [InlineData(RunOutcome.Done, "Restart of nautobot: done in 9.8 s (critical path 9.5 s)")]
    [InlineData(RunOutcome.RolledBack, "Restart of nautobot: failed after 9.8 s; everything is back as it was")]
    [InlineData(RunOutcome.Failed, "Restart of nautobot: failed after 9.8 s; nothing was rolled back")]
    [InlineData(RunOutcome.DrainAborted, "Restart of nautobot: not drained; everything is back as it was after 9.8 s")]
    [InlineData(RunOutcome.TimedOut, "Restart of nautobot: not done in time; everything is back as it was after 9.8 s")]
    [InlineData(RunOutcome.Cancelled, "Restart of nautobot: cancelled; everything is back as it was after 9.8 s")]
    [InlineData(RunOutcome.Refused, "Restart of nautobot: refused; nothing was changed")]
    [InlineData(RunOutcome.KnownBadState, "Restart of nautobot: failed, and the rollback failed too: known-bad state after 9.8 s")]
    public void Has_a_headline_for_every_outcome(RunOutcome outcome, string expected) =>
        Assert.Equal(expected, RunTable.Headline(Runs.Of(outcome)));

    [Fact]
    public void Says_what_was_counted_of_the_tasks_in_one_line()
    {
        var all = new RunTasks
        {
            Finished = 312,
            Running = 0,
            Held = 0,
            Waiting = 0,
            Proof = DrainConfidence.Exact,
        };
        Assert.EndsWith(
            "(critical path 9.5 s), 312 tasks finished, none lost",
            Line(all with { NoneLost = true }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", 312 tasks finished, proof inspect",
            Line(all with { Proof = DrainConfidence.Inspect }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", 1 task finished, 40 left waiting, none lost",
            Line(all with { Finished = 1, Waiting = 40, NoneLost = true }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", 312 tasks finished, 2 still ran, 3 held, proof none",
            Line(all with { Running = 2, Held = 3, Proof = DrainConfidence.None }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", 312 tasks finished, 1 worker ended in the drain",
            Line(all with { EndedWorkers = ["celery@a"] }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", 312 tasks finished, 1 service killed with 2 tasks running",
            Line(all with { KilledNodes = ["worker"], KilledTasks = ["a 1", "b 2"] }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            ", how many tasks finished is not known, not drained: mail",
            Line(new RunTasks { UndrainedQueues = ["mail"] }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Says_nothing_of_tasks_where_there_were_none() =>
        Assert.EndsWith("(critical path 9.5 s)", RunTable.Headline(Runs.Of(RunOutcome.Done)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "everything is back as it was")]
    [InlineData(1, "everything is back as it was, 312 tasks finished, 1 service killed")]
    public void Of_a_run_that_failed_it_says_what_that_may_have_cost(int killed, string expected)
    {
        var tasks = new RunTasks
        {
            Finished = 312,
            Proof = DrainConfidence.Exact,
            KilledNodes = killed == 0 ? [] : ["worker"],
        };
        Assert.EndsWith(expected, RunTable.Headline(Runs.Of(RunOutcome.RolledBack) with { Tasks = tasks }), StringComparison.Ordinal);
    }

    private static string Line(RunTasks tasks) => RunTable.Headline(Runs.Of(RunOutcome.Done) with { Tasks = tasks });

    private static IEnumerable<string> Text(IEnumerable<RunRow> rows) =>
        rows.Select(r => $"{r.Verb} {r.Target} | {r.Result} | {RunTable.Seconds(r.Start)} | {RunTable.Seconds(r.Took)} | {r.Note}");
}
