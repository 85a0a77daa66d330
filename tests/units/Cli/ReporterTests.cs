using OpsRestart.Cli.Output;
using OpsRestart.Core.Reports;
using OpsRestart.Tests.Units.Execution;

namespace OpsRestart.Tests.Units.Cli;

public sealed class ReporterTests
{
    private static readonly DateTime Start = new(2026, 8, 1, 10, 0, 0, DateTimeKind.Utc);
    private readonly ConsoleText _console = new();
    private readonly RunStory _tracker = new();
    private int _sequence;

    [Fact]
    public void Plain_lines_tell_ends_and_warnings_and_of_long_steps_now_and_then_how_far_they_are()
    {
        var reporter = new PlainReporter(_console.Terminal);
        foreach (var e in Events())
        {
            reporter.Add(e);
        }

        Assert.Equal(
            """
               0.0s  Restart of shop: 4 steps
               0.6s  stop web: done
              10.7s  drain default: 50 waiting
              12.0s  drain default: drained, 312 tasks finished, proof exact
              12.5s  start web: started
              14.0s  start web: ready, 200 in 31 ms
              14.0s  warning: web logged an error: boom
              15.0s  Rollback: web

            """,
            _console.Error
        );
        Assert.Empty(_console.Out);
    }

    [Fact]
    public async Task Json_lines_hold_every_event_and_the_result()
    {
        var reporter = new JsonReporter(_console.Terminal);
        reporter.Add(At(0.5, RunEventKind.StepFinished, StepKind.Stop, "web", StepStatus.Done));
        await reporter.FinishAsync(
            Runs.Of(RunOutcome.Done, Runs.Step(StepKind.Stop, "web", StepStatus.Killed, 0, 0.25, "killed after 5.0s")) with
            {
                Warnings = ["\"Ä\" <x>"],
            }
        );

        Assert.Equal(
            """
            {"type":"event","runId":"run","sequence":1,"time":"2026-08-01T10:00:00.5Z","kind":"StepFinished","step":"Stop:web","stepKind":"Stop","target":"web","status":"Done","message":"","percent":null,"finished":0,"total":4,"isRollback":false}
            {"type":"result","id":"20260801-101500-abc123","graph":"nautobot","operation":"Restart","isEmergency":false,"outcome":"Done","startedAt":"2026-08-01T10:15:00Z","endedAt":"2026-08-01T10:15:09.8Z","duration":9.8,"criticalPath":9.5,"criticalSteps":[],"steps":[{"id":"Stop:web","kind":"Stop","target":"web","service":null,"status":"Killed","start":0,"took":0.25,"note":"killed after 5.0s","error":null,"errorMessage":null,"isRollback":false,"succeeded":true}],"findings":[],"drains":[],"tasks":null,"undrainedQueues":[],"left":[],"warnings":["\"Ä\" <x>"],"failure":null,"error":null,"succeeded":true}

            """,
            _console.Out
        );
    }

    [Fact]
    public async Task A_reader_that_is_stuck_does_not_hold_up_the_run()
    {
        using var stuck = new ManualResetEventSlim();
        var inner = new StuckReporter(stuck);
        await using var reporter = new QueuedReporter(inner);

        // Returns although the first is never told; were it not so, this would hang.
        for (var i = 0; i < 100; i++)
        {
            reporter.Add(At(i, RunEventKind.StepStarted, StepKind.Stop, "web", StepStatus.Running));
        }

        reporter.Say("interrupted");
        Assert.Empty(inner.Told);
        stuck.Set();
        await reporter.FinishAsync(Runs.Of(RunOutcome.Done));
        Assert.Equal([.. Enumerable.Range(1, 100).Select(i => $"{i}"), "interrupted", "finished"], inner.Told);
    }

    [Fact]
    public void The_story_knows_what_state_things_are_in_and_were_in_at_the_interruption()
    {
        Assert.Empty(_tracker.State);
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.SuspendQueue, "default", StepStatus.Done));
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.Stop, "web", StepStatus.Done));
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.Stop, "worker", StepStatus.Killed));
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.Stop, "extra", StepStatus.NotNeeded));
        _tracker.Add(At(0, RunEventKind.StepStarted, StepKind.Stop, "redis", StepStatus.Running));
        Assert.Equal(["Stopped by this run: web, worker", "Under way: stop redis", "Suspended queues: default"], _tracker.State);

        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.Stop, "redis", StepStatus.Cancelled));
        Assert.Contains("  Under way: stop redis", _tracker.Interruption);
        _tracker.Add(At(0, RunEventKind.RollbackStarted, null, null, null));
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.Start, "web", StepStatus.Done));
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.Start, "worker", StepStatus.Failed));
        _tracker.Add(At(0, RunEventKind.StepFinished, StepKind.ResumeQueue, "default", StepStatus.Done));
        Assert.Equal(["Stopped by this run: worker"], _tracker.State);
        Assert.Equal(
            [
                "Interrupted; the same again leaves at once.",
                "  Stopped by this run: web, worker",
                "  Under way: stop redis",
                "  Suspended queues: default",
            ],
            _tracker.Interruption
        );
        Assert.Equal(["Aborted. These were not restored:", "  Stopped by this run: worker"], _tracker.Abandonment);
    }

    private IEnumerable<RunEvent> Events() =>
        [
            At(0, RunEventKind.RunStarted, null, null, null, "Restart of shop: 4 steps"),
            At(0, RunEventKind.StepStarted, StepKind.Stop, "web", StepStatus.Running, "Stop shop"),
            At(0.6, RunEventKind.StepFinished, StepKind.Stop, "web", StepStatus.Done),
            At(0.6, RunEventKind.StepStarted, StepKind.DrainQueue, "default", StepStatus.Running, "Wait"),
            At(0.7, RunEventKind.StepProgress, StepKind.DrainQueue, "default", null, "312 waiting"),
            At(10.7, RunEventKind.StepProgress, StepKind.DrainQueue, "default", null, "50 waiting"),
            At(10.8, RunEventKind.StepProgress, StepKind.DrainQueue, "default", null, "49 waiting"),
            At(12, RunEventKind.StepFinished, StepKind.DrainQueue, "default", StepStatus.Drained, "312 tasks finished, proof exact"),
            At(12.5, RunEventKind.StepFinished, StepKind.Start, "web", StepStatus.Done),
            At(14, RunEventKind.StepFinished, StepKind.WaitReady, "web", StepStatus.Ready, "200 in 31 ms"),
            At(14, RunEventKind.Warning, null, null, null, "web logged an error: boom"),
            At(14, RunEventKind.StepFinished, StepKind.Start, "other", StepStatus.Skipped, "ready:web did not succeed"),
            At(15, RunEventKind.RollbackStarted, null, null, null, "Rollback: web"),
            At(16, RunEventKind.RunFinished, null, null, null, "Restart of shop: RolledBack"),
        ];

    private RunEvent At(double seconds, RunEventKind kind, StepKind? step, string? target, StepStatus? status, string message = "") =>
        new()
        {
            RunId = "run",
            Sequence = ++_sequence,
            Time = Start.AddSeconds(seconds),
            Kind = kind,
            Step = step is null ? null : $"{step}:{target}",
            StepKind = step,
            Target = target,
            Status = status,
            Message = message,
            Total = 4,
        };

    private sealed class StuckReporter(ManualResetEventSlim stuck) : IRunReporter
    {
        public List<string> Told { get; } = [];

        public void Add(RunEvent e)
        {
            stuck.Wait();
            Told.Add($"{e.Sequence}");
        }

        public void Say(string line) => Told.Add(line);

        public Task FinishAsync(ServiceGraphRun run)
        {
            Told.Add("finished");
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
