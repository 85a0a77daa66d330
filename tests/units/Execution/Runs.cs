namespace OpsRestart.Tests.Units.Execution;

/// <summary>Runs as they might have been.</summary>
internal static class Runs
{
    public static ServiceGraphRun Of(RunOutcome outcome, params StepReport[] steps) =>
        new()
        {
            Id = "20260801-101500-abc123",
            Graph = "nautobot",
            Operation = GraphOperation.Restart,
            Outcome = outcome,
            StartedAt = new DateTime(2026, 8, 1, 10, 15, 0, DateTimeKind.Utc),
            EndedAt = new DateTime(2026, 8, 1, 10, 15, 9, 800, DateTimeKind.Utc),
            Duration = TimeSpan.FromSeconds(9.8),
            CriticalPath = TimeSpan.FromSeconds(9.5),
            Steps = steps,
        };

    public static StepReport Step(StepKind kind, string target, StepStatus status, double start, double took, string note = "") =>
        new()
        {
            Id = $"{kind}:{target}",
            Kind = kind,
            Target = target,
            Status = status,
            Start = TimeSpan.FromSeconds(start),
            Took = TimeSpan.FromSeconds(took),
            Note = note,
        };

    public static ServiceGraphRun Restart() =>
        Of(
            RunOutcome.Done,
            Step(StepKind.Stop, "web", StepStatus.Done, 0, 0.6),
            Step(StepKind.Stop, "scheduler", StepStatus.Killed, 0, 5.3, "killed after 5.0s"),
            Step(StepKind.DrainQueue, "default", StepStatus.Drained, 0.6, 4.1, "312 tasks finished, proof exact"),
            Step(StepKind.Stop, "worker", StepStatus.Done, 4.7, 0.9),
            Step(StepKind.Stop, "redis", StepStatus.Done, 5.6, 0.2),
            Step(StepKind.Start, "redis", StepStatus.Done, 5.8, 0.1),
            Step(StepKind.WaitReady, "redis", StepStatus.Ready, 5.9, 0.1, "PONG in 2 ms"),
            Step(StepKind.Start, "scheduler", StepStatus.Done, 6.0, 0.5),
            Step(StepKind.Settle, "scheduler", StepStatus.Settled, 6.5, 1.0, "up for 1.0s"),
            Step(StepKind.Start, "worker", StepStatus.Done, 6.0, 0.4),
            Step(StepKind.WaitReady, "worker", StepStatus.Ready, 6.4, 1.5, "1 of 1 nodes answer"),
            Step(StepKind.Start, "web", StepStatus.NotNeeded, 7.9, 0, "already running"),
            Step(StepKind.WaitReady, "web", StepStatus.Ready, 7.9, 1, "200 in 31 ms"),
            Step(StepKind.Settle, "web", StepStatus.Settled, 8.9, 61, "up for 1m 1s"),
            Step(StepKind.Start, "extra", StepStatus.NotNeeded, 8, 0, "was not running before"),
            Step(StepKind.WaitReady, "extra", StepStatus.NotNeeded, 8, 0, "was not running before"),
            Step(StepKind.Validate, "", StepStatus.Done, 8.1, 0.1, "4 probes healthy")
        );
}
