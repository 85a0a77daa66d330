namespace OpsRestart.Adapters.Checks;

/// <summary>The units of a plan exist, can be started, and are loaded as they are on disk.</summary>
internal sealed class UnitsCheck : IPreflightCheck
{
    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var chosen = plan.Nodes.ToHashSet(StringComparer.Ordinal);
        var nodes = plan.Definition.Nodes.Where(n => n.Manager == ServiceManagerKind.Systemd && chosen.Contains(n.Name)).ToList();
        var states = await Task.WhenAll(nodes.Select(n => services.FindAsync(n, cancellationToken))).ConfigureAwait(false);
        return [.. nodes.Zip(states).SelectMany(p => Judge(plan, p.First, p.Second))];
    }

    private static IEnumerable<GraphFinding> Judge(ServiceGraphPlan plan, ServiceNode node, ManagedService service)
    {
        var starts = plan.Operation != GraphOperation.Stop;
        if (ServiceLooks.IsManagerAway(service))
        {
            yield return Finding(FindingSeverity.Error, "ManagerUnavailable", service.Result ?? "systemd does not run.", "");
            yield break;
        }

        if (service.State == ServiceState.NotFound)
        {
            yield return Finding(
                FindingSeverity.Error,
                "UnitNotFound",
                $"'{node.Name}': there is no unit {node.Service} on {node.HostName ?? "this host"}.",
                "Check the name: it differs between distributions (redis, redis-server; postgresql@15-main). After adding a unit "
                    + "file, run daemon-reload."
            );
            yield break;
        }

        // A unit that runs can be masked, or its file be gone: it would be stopped, and never come back.
        if (service.LoadState == "not-found" && starts)
        {
            yield return Finding(
                FindingSeverity.Error,
                "UnitNotFound",
                $"'{node.Name}': the unit file of {node.Service} is gone, so it can't be started again.",
                "Put the unit file back, and run daemon-reload."
            );
        }
        else if ((service.State == ServiceState.Masked || service.LoadState == "masked") && starts)
        {
            yield return Finding(
                FindingSeverity.Error,
                "UnitMasked",
                $"'{node.Name}': {node.Service} is masked and can't be started.",
                $"systemctl unmask {node.Service}"
            );
        }
        else if (service.LoadState is "bad-setting" or "error" && starts)
        {
            yield return Finding(
                FindingSeverity.Error,
                "UnitBroken",
                $"'{node.Name}': the unit file of {node.Service} can't be loaded ({service.LoadState}).",
                $"systemd-analyze verify {service.FragmentPath ?? node.Service}"
            );
        }

        if (service.NeedsReload == true)
        {
            yield return Finding(
                FindingSeverity.Warning,
                "NeedsReload",
                $"'{node.Name}': the unit file of {node.Service} was changed and not loaded; the old one would be started.",
                "Run 'systemctl daemon-reload' first."
            );
        }

        if (node.Role == "worker" && service.KillMode == "control-group")
        {
            yield return Finding(
                FindingSeverity.Warning,
                "KillModeKillsTasks",
                $"'{node.Name}': {node.Service} has KillMode=control-group: a stop signals the pool's children too, and their tasks "
                    + "end half-way.",
                "Set KillMode=mixed in the unit."
            );
        }

        if (node.StopTimeout is { } own && service.StopTimeout is { } managers && managers != Timeout.InfiniteTimeSpan && managers < own)
        {
            yield return Finding(
                FindingSeverity.Warning,
                "StopTimeoutTooShort",
                $"'{node.Name}' may take {Duration.Format(own)} to stop, and {node.Service} is killed after "
                    + $"{Duration.Format(managers)} (TimeoutStopSec).",
                $"Set TimeoutStopSec={(int)own.TotalSeconds} in the unit."
            );
        }

        GraphFinding Finding(FindingSeverity severity, string code, string message, string advice) =>
            new()
            {
                Severity = severity,
                Code = code,
                Message = message,
                Target = node.Name,
                File = plan.Definition.Path,
                Line = node.Line,
                Advice = advice,
            };
    }
}
