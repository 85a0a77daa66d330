namespace OpsRestart.Bench.Works;

internal static class Runs
{
    public static ServiceGraphRun Expect(ServiceGraphRun run) =>
        run.Outcome == RunOutcome.Done
            ? run
            : throw new InvalidOperationException($"{run}: {run.Failure} {string.Join("; ", run.Findings)}");
}
