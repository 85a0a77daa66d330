using OpsRestart.Tests.Units.Execution;

namespace OpsRestart.Tests.Units.Cli;

public sealed class RunReportTests
{
    [Fact]
    public void Prints_the_table_of_a_restart()
    {
        var console = new ConsoleText();
        var tasks = new RunTasks
        {
            Finished = 312,
            Proof = DrainConfidence.Exact,
            KilledNodes = ["scheduler"],
        };

        console.Terminal.Write(Runs.Restart() with { Tasks = tasks, Warnings = ["scheduler was killed after 5.0s"] });

        Assert.Equal(
            """

             Restart of nautobot: done in 9.8 s (critical path 9.5 s), 312 tasks finished, 1 service killed

             Step                 Result      Start   Took  Note
             ----                 ------      -----   ----  ----
             stop      web        done         0.0s   0.6s
             stop      scheduler  killed       0.0s   5.3s  killed after 5.0s
             drain     default    drained      0.6s   4.1s  312 tasks finished, proof exact
             stop      worker     done         4.7s   0.9s
             restart   redis      ready        5.6s   0.4s  PONG in 2 ms
             start     scheduler  settled      6.0s   1.5s  up for 1.0s
             start     worker     ready        6.0s   1.9s  1 of 1 nodes answer
             start     web        settled      7.9s  1m 2s  200 in 31 ms
             start     extra      not needed   8.0s   0.0s  was not running before
             validate             done         8.1s   0.1s  4 probes healthy

             Warnings:
               scheduler was killed after 5.0s


            """,
            console.Out
        );
        Assert.Empty(console.Error);
    }

    [Fact]
    public void Prints_a_failure_with_the_rollback_and_what_is_left()
    {
        var console = new ConsoleText();
        var run = Runs.Of(
            RunOutcome.KnownBadState,
            Runs.Step(StepKind.Stop, "web", StepStatus.Done, 0, 1),
            Runs.Step(StepKind.Start, "web", StepStatus.Failed, 1.5, 0.3) with
            {
                ErrorMessage = "shop did not start.\n  Its last lines:\n    boom",
            },
            Runs.Step(StepKind.Start, "web", StepStatus.Failed, 2, 0.3, "again") with
            {
                IsRollback = true,
            }
        );

        console.Terminal.Write(
            run with
            {
                Failure = "shop did not start.\n  Its last lines:\n    boom",
                Error = OpsError.KnownBadState,
                Left = ["web (shop) was running and is failed"],
            }
        );

        Assert.Equal(
            """

             Restart of nautobot: failed, and the rollback failed too: known-bad state after 9.8 s

             Step        Result  Start  Took  Note
             ----        ------  -----  ----  ----
             stop   web  done     0.0s  1.0s
             start  web  failed   1.5s  0.3s  shop did not start.

             Rollback:
             start  web  failed   2.0s  0.3s  again

             Not restored:
               web (shop) was running and is failed


            """,
            console.Out
        );
        Assert.StartsWith(
            "opsrestart: KnownBadState: shop did not start.\n  Its last lines:\n    boom\n  'opsrestart status GRAPH'",
            console.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Paints_only_at_terminals_and_wraps_notes_there()
    {
        var console = new ConsoleText(colour: true, width: 44);

        console.Terminal.Write(Runs.Of(RunOutcome.Done, Runs.Step(StepKind.Stop, "web", StepStatus.Done, 0, 1, "a note that is too long")));

        Assert.Contains("\e[32mdone\e[0m", console.Out, StringComparison.Ordinal);
        Assert.Contains(" stop  web  \e[32mdone\e[0m     0.0s  1.0s  a note that\n", console.Out, StringComparison.Ordinal);
        Assert.Contains($"\n{new string(' ', 33)}is too long\n", console.Out, StringComparison.Ordinal);
    }
}
