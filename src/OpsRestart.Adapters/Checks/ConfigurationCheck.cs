namespace OpsRestart.Adapters.Checks;

/// <summary>
/// Runs the nodes' own configuration checks (<c>nginx -t</c> and the like), each on its node's host, before anything is stopped.
/// </summary>
internal sealed class ConfigurationCheck(IHookRunner runner) : IPreflightCheck
{
    /// <summary>ssh's own failures; every other code is the command's.</summary>
    private const int SshFailed = 255;

    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
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
            var hook = new GraphHook { Name = $"check of {node.Name}", Command = Command(node) };
            var result = await runner.RunAsync(hook, static _ => { }, bounded.Token).ConfigureAwait(false);
            if (node.HostName is { } host && result.ExitCode == SshFailed)
            {
                return Finding(
                    plan,
                    node,
                    $"The configuration check of '{node.Name}' could not be run on {host}: {string.Join(" ", result.Output.TakeLast(3))}"
                ) with
                {
                    Advice = $"See whether 'ssh {host} true' works without a password.",
                };
            }

            return result.Succeeded
                ? null
                : Finding(
                    plan,
                    node,
                    $"The configuration check of '{node.Name}' ({what}) ended with {result.ExitCode}: "
                        + $"{string.Join(" ", result.Output.TakeLast(3))}"
                );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding(
                plan,
                node,
                $"The configuration check of '{node.Name}' ({what}) did not end within {Duration.Format(node.CheckTimeout)} and was "
                    + "ended (checkTimeout)."
            );
        }
        catch (OpsRestartException e)
        {
            return Finding(plan, node, e.Message);
        }
    }

    /// <summary>On the node's own host, by ssh as its service manager is reached; the shell there gets each word quoted.</summary>
    private static IReadOnlyList<string> Command(ServiceNode node)
    {
        if (node.HostName is not { } host)
        {
            return node.Check;
        }

        // Commands get a clean environment, and the agent's socket is not in it.
        var agent = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        string[] keys = string.IsNullOrEmpty(agent) ? [] : ["-o", $"IdentityAgent={agent}"];
        return ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", .. keys, "--", host, string.Join(' ', node.Check.Select(Quote))];
    }

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static GraphFinding Finding(ServiceGraphPlan plan, ServiceNode node, string message) =>
        new()
        {
            Code = "ConfigurationCheck",
            Message = SecretText.Redact(message),
            Target = node.Name,
            File = plan.Definition.Path,
            Line = node.Line,
            Advice = "Fix the configuration: the service would stop and not start again.",
        };
}
