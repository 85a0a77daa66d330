using OpsRestart.Core.Execution;

namespace OpsRestart.Adapters.Checks;

/// <summary>
/// What runs and is left running while something that it needs is taken away or started anew: a client that never reconnects looks alive.
/// </summary>
internal sealed class ClientsCheck : IPreflightCheck
{
    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var chosen = plan.Nodes.ToHashSet(StringComparer.Ordinal);
        var isStart = plan.Operation == GraphOperation.Start;
        var findings = new List<GraphFinding>();
        foreach (var client in plan.Definition.Nodes.Where(n => isStart || !chosen.Contains(n.Name)))
        {
            foreach (var need in plan.Definition.Nodes.Where(n => chosen.Contains(n.Name) && client.Needs.Contains(n.Name)))
            {
                var isUp = Recorder.IsUp((await services.FindAsync(client, cancellationToken).ConfigureAwait(false)).State);
                var needIsUp = Recorder.IsUp((await services.FindAsync(need, cancellationToken).ConfigureAwait(false)).State);
                if (isUp && needIsUp != isStart)
                {
                    findings.Add(Finding(plan, client, need));
                }
            }
        }

        return findings;
    }

    private static GraphFinding Finding(ServiceGraphPlan plan, ServiceNode client, ServiceNode need)
    {
        var what = plan.Operation switch
        {
            GraphOperation.Start => $"'{client.Name}' runs already, and needs '{need.Name}', which is only started now",
            GraphOperation.Stop => $"'{client.Name}' needs '{need.Name}', which is stopped, and goes on running",
            _ => $"'{client.Name}' needs '{need.Name}', which is restarted, and is not restarted itself",
        };
        return new GraphFinding
        {
            Severity = FindingSeverity.Warning,
            Code = "ClientLeftRunning",
            Message = $"{what}: it may live on without a connection.",
            Target = client.Name,
            File = plan.Definition.Path,
            Line = client.Line,
            Advice =
                plan.Operation == GraphOperation.Start
                    ? $"Restart '{client.Name}' afterwards."
                    : $"Take '{client.Name}' along, or give it a probe that shows that it works again (such as consuming).",
        };
    }
}
