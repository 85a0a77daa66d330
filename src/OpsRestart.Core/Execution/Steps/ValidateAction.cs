using System.Globalization;

namespace OpsRestart.Core.Execution;

/// <summary>
/// Every service of the plan is what the plan made it, and stays so; every probe of the graph once more; consumers without a probe consume
/// again; and the error lines that the services logged since the run began. All at the same time.
/// </summary>
internal sealed class ValidateAction : IStepAction
{
    public async Task<StepOutcome> RunAsync(PlanStep step, RunState run, CancellationToken cancellationToken)
    {
        var chosen = run.Plan.Nodes.ToHashSet(StringComparer.Ordinal);
        var nodes = run
            .Plan.Definition.Nodes.Where(n =>
                chosen.Contains(n.Name) ? !run.LeaveStopped(n.Name) : run.Prior.TryGetValue(n.Name, out var p) && p.WasRunning
            )
            .ToList();
        var checks = nodes
            .SelectMany(static n => n.Ready.Select(p => (Node: (ServiceNode?)n, Probe: p)))
            .Concat(run.Plan.Definition.Validate.Select(static p => (Node: (ServiceNode?)null, Probe: p)));
        var staying = PlannedState.StayUpAsync(run, cancellationToken);
        var consuming = ConsumerAnswer.TroublesAsync(run, cancellationToken);
        var results = await Task.WhenAll(checks.Select(c => run.ProbeAsync(c.Probe, c.Node, null, cancellationToken)))
            .ConfigureAwait(false);
        await Task.WhenAll(staying, consuming).ConfigureAwait(false);
        var dead = await PlannedState.TroublesAsync(run, cancellationToken).ConfigureAwait(false);
        var errors = await ErrorLinesAsync(nodes, run, step, cancellationToken).ConfigureAwait(false);
        var bad = results.Where(static r => !r.Healthy).ToList();
        var up = run.Up.Count - dead.Count;
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"{up} of {run.Up.Count} services up, {results.Length - bad.Count} of {results.Length} probes healthy, "
                + $"{(errors == 0 ? "no errors" : $"{errors} error lines")} logged"
        );

        // A service that died is the reason for what its probes and queues say.
        IReadOnlyList<string> wrong =
        [
            .. dead,
            .. bad.Select(static b => $"{b.Result}. {b.Result.Detail}"),
            .. await consuming.ConfigureAwait(false),
        ];
        return wrong.Count == 0
            ? new StepOutcome(StepStatus.Done, note)
            : StepOutcome.Failed(
                dead.Count > 0 ? OpsError.ServiceFailed : OpsError.ValidationFailed,
                string.Join(dead.Count > 0 ? "\n" : " ", wrong),
                note
            );
    }

    private static async Task<int> ErrorLinesAsync(
        List<ServiceNode> nodes,
        RunState run,
        PlanStep step,
        CancellationToken cancellationToken
    )
    {
        var total = 0;
        foreach (var group in nodes.GroupBy(ManagerTarget.Of))
        {
            try
            {
                var log = await run.Ports.Services.GetLogAsync(group.Key, cancellationToken).ConfigureAwait(false);
                var query = new ServiceLogQuery
                {
                    Services = [.. group.Select(static n => n.Service)],
                    Priority = ServiceLogPriority.Error,
                    Since = run.StartedAt,
                };
                await foreach (var entry in log.ReadAsync(query, cancellationToken).ConfigureAwait(false))
                {
                    if (++total <= 5)
                    {
                        run.Journal.Warn($"{entry.Service} logged an error: {SecretText.Redact(entry.Message)}", step);
                    }
                }
            }
            catch (OpsRestartException e)
            {
                run.Journal.Warn($"The log could not be read: {e.Message}", step);
            }
        }

        return total;
    }
}
