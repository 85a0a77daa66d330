using OpsRestart.Adapters.Commands;

namespace OpsRestart.Adapters.Checks;

/// <summary>
/// The commands that nodes are managed by could be run: the program, the user and the folder are there, and this user may become that one.
/// What a node's state can't be told by is named too.
/// </summary>
internal sealed class CommandsCheck : IPreflightCheck
{
    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<GraphFinding>();
        foreach (var node in plan.Definition.Nodes.Where(n => n.Commands is not null && plan.Nodes.Contains(n.Name)))
        {
            var wrong = NodeCommands.All(node.Commands!).Select(c => Judge(plan, node, c.Key, c.Words)).OfType<GraphFinding>().ToList();
            findings.AddRange(wrong);
            if (wrong.Count > 0)
            {
                continue;
            }

            var found = await services.FindAsync(node, cancellationToken).ConfigureAwait(false);
            if (found.State == ServiceState.Unknown)
            {
                findings.Add(
                    Finding(plan, node, "StateUnknown", $"'{node.Name}': {found.Result}") with
                    {
                        Severity = FindingSeverity.Warning,
                        Advice =
                            "It is taken for running: a restart or stop stops it first. Give it a 'status' that ends with 0 when it "
                            + "runs and with 3 when it does not.",
                    }
                );
            }
        }

        return findings;
    }

    private static GraphFinding? Judge(ServiceGraphPlan plan, ServiceNode node, string key, IReadOnlyList<string> words)
    {
        try
        {
            CommandProcess.Check(NodeCommands.Of(node.Commands!, words, TimeSpan.Zero));
            return null;
        }
        catch (CommandStartException e)
        {
            return Finding(plan, node, "CommandNotRunnable", $"'{node.Name}': '{key}': {e.Message}") with { Advice = e.Advice };
        }
        catch (OpsRestartException e)
        {
            return Finding(plan, node, e.Error.ToString(), $"'{node.Name}': {e.Message}") with { Advice = e.Advice };
        }
    }

    private static GraphFinding Finding(ServiceGraphPlan plan, ServiceNode node, string code, string message) =>
        new()
        {
            Code = code,
            Message = SecretText.Redact(message),
            Target = node.Name,
            File = plan.Definition.Path,
            Line = node.Line,
        };
}
