using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Host;

/// <summary>Runs the nodes' own configuration checks (<c>nginx -t</c> and the like) before anything is stopped.</summary>
internal sealed class ConfigurationCheck(IHookRunner runner) : IPreflightCheck
{
    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(ServiceGraphPlan plan, ServiceLooks services, CancellationToken cancellationToken)
    {
        if (plan.Operation == GraphOperation.Stop)
        {
            return [];
        }

        var checks = plan.Definition.Nodes.Where(n => n.Check.Count > 0 && plan.Nodes.Contains(n.Name));
        var found = await Task.WhenAll(checks.Select(n => CheckAsync(plan, n, cancellationToken))).ConfigureAwait(false);
        return [.. found.OfType<GraphFinding>()];
    }

    private async Task<GraphFinding?> CheckAsync(ServiceGraphPlan plan, ServiceNode node, CancellationToken cancellationToken)
    {
        var what = string.Join(' ', node.Check);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(node.CheckTimeout);
        try
        {
            var hook = new GraphHook { Name = $"check of {node.Name}", Command = node.Check };
            var result = await runner.RunAsync(hook, static _ => { }, bounded.Token).ConfigureAwait(false);
            return result.Succeeded ? null : Finding(
                plan, node, $"The configuration check of '{node.Name}' ({what}) ended with {result.ExitCode}: {string.Join(" ", result.Output.TakeLast(3))}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding(plan, node, $"The configuration check of '{node.Name}' ({what}) did not end within {Duration.Format(node.CheckTimeout)} and was ended (checkTimeout).");
        }
        catch (OpsRestartException e)
        {
            return Finding(plan, node, e.Message);
        }
    }

    private static GraphFinding Finding(ServiceGraphPlan plan, ServiceNode node, string message) => new()
    {
        Code = "ConfigurationCheck",
        Message = SecretText.Redact(message),
        Target = node.Name,
        File = plan.Definition.Path,
        Line = node.Line,
        Advice = "Mend the configuration: the service would stop and not start again.",
    };
}
