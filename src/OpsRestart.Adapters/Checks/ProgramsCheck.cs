using OpsRestart.Adapters.Commands;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Graph;

namespace OpsRestart.Adapters.Checks;

/// <summary>The programs of a plan exist, supervisord has read their sections as they are, and a stop does not cost work.</summary>
internal sealed class ProgramsCheck : IPreflightCheck
{
    private static readonly string[] Shells = ["sh", "bash", "dash", "ash", "zsh", "ksh"];

    public async Task<IReadOnlyList<GraphFinding>> CheckAsync(
        ServiceGraphPlan plan,
        ServiceLooks services,
        CancellationToken cancellationToken
    )
    {
        var chosen = plan.Nodes.ToHashSet(StringComparer.Ordinal);
        var nodes = plan.Definition.Nodes.Where(n => chosen.Contains(n.Name)).ToList();
        if (nodes.All(static n => n.Manager != ServiceManagerKind.Supervisor))
        {
            return [];
        }

        var states = await Task.WhenAll(nodes.Select(n => services.FindAsync(n, cancellationToken))).ConfigureAwait(false);
        var down = nodes.Zip(states).Where(static p => !Recorder.IsUp(p.Second.State)).Select(static p => p.First.Name).ToHashSet();
        var order = new GraphOrder(plan.Definition);
        var away = new HashSet<ManagerTarget>();
        return
        [
            .. nodes
                .Zip(states)
                .Where(static p => p.First.Manager == ServiceManagerKind.Supervisor)
                .Where(p => !ServiceLooks.IsManagerAway(p.Second) || (!ComesUp(p.First) && away.Add(ManagerTarget.Of(p.First))))
                .SelectMany(p => Judge(p.First, p.Second))
                .Select(f => f with { File = plan.Definition.Path }),
        ];

        // Its supervisord may be a service that it needs, and that is down too.
        bool ComesUp(ServiceNode node) =>
            GraphOrder
                .Closure([node.Name], order.StartAfter)
                .Any(n => down.Contains(n) && nodes.Exists(o => o.Name == n && o.Manager == ServiceManagerKind.Systemd));
    }

    private static IEnumerable<GraphFinding> Judge(ServiceNode node, ManagedService program)
    {
        if (ServiceLooks.IsManagerAway(program))
        {
            yield return Finding(
                node,
                FindingSeverity.Error,
                "ManagerUnavailable",
                $"'{node.Name}': {program.Result}",
                "If supervisord is a service of the graph, let its programs need it."
            );
            yield break;
        }

        if (program.State == ServiceState.NotFound)
        {
            yield return Finding(
                node,
                FindingSeverity.Error,
                "UnitNotFound",
                $"'{node.Name}': supervisord has no program {node.Service}.",
                "The full name is group:program, as supervisorctl status shows it. A new section is taken up by supervisorctl update."
            );
            yield break;
        }

        if (program.NeedsReload == true)
        {
            yield return Warning(
                node,
                "NeedsReload",
                $"'{node.Name}': the section of {node.Service} was changed and supervisord has not taken it up; a start takes the old one.",
                "Run 'supervisorctl update' first; it restarts what was changed."
            );
        }

        foreach (var finding in OfStop(node, program))
        {
            yield return finding;
        }

        if (program.StopAsGroup != true && IsBehindShell(program) is { } shell)
        {
            yield return Warning(
                node,
                "ShellWithoutExec",
                $"'{node.Name}': {shell} stands between supervisord and what {node.Service} runs, and a stop signals it alone.",
                "Begin the shell's last command with exec."
            );
        }
    }

    private static IEnumerable<GraphFinding> OfStop(ServiceNode node, ManagedService program)
    {
        var isWorker = node.Role == "worker";
        if (program.StopSignal is "KILL" || (isWorker && program.StopSignal is { } signal && signal is not ("TERM" or "INT")))
        {
            yield return Warning(
                node,
                "StopSignalKillsTasks",
                $"'{node.Name}': {node.Service} has stopsignal={program.StopSignal}, which lets it finish nothing.",
                "Set stopsignal=TERM: the warm shutdown of Celery and RQ."
            );
        }

        if (isWorker && program.StopAsGroup == true)
        {
            yield return Warning(
                node,
                "StopAsGroupKillsTasks",
                $"'{node.Name}': {node.Service} has stopasgroup=true: a stop signals the pool's children too, "
                    + "and their tasks end half-way.",
                "Set stopasgroup=false and killasgroup=true in its section."
            );
        }
        else if (isWorker && program.StopAsGroup is null)
        {
            yield return Finding(
                node,
                FindingSeverity.Warning,
                "StopAsGroupUnknown",
                $"'{node.Name}': whether a stop of {node.Service} signals the pool's children too (stopasgroup) is not known: supervisord "
                    + "does not tell it, and its configuration could not be read, or is not what it has read.",
                "See that it is off: their tasks would end half-way."
            );
        }

        if (isWorker && program.KillAsGroup == false)
        {
            yield return Warning(
                node,
                "KillLeavesChildren",
                $"'{node.Name}': {node.Service} has killasgroup=false: if it has to be killed "
                    + "its children go on beside what is started next.",
                "Set killasgroup=true in its section."
            );
        }

        if (node.StopTimeout is { } own && program.StopTimeout is { } wait && wait < own)
        {
            yield return Warning(
                node,
                "StopTimeoutTooShort",
                $"'{node.Name}' may take {Duration.Format(own)} to stop, and {node.Service} is killed after {Duration.Format(wait)} "
                    + "(stopwaitsecs).",
                string.Create(CultureInfo.InvariantCulture, $"Set stopwaitsecs={(int)Math.Ceiling(own.TotalSeconds)} in its section.")
            );
        }
    }

    /// <summary>
    /// The shell that stays: seen, where the program runs here. Otherwise its command says so: a shell that is given several commands and
    /// no exec.
    /// </summary>
    private static string? IsBehindShell(ManagedService program)
    {
        var words = program.Description.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (words is not [var first, ['-', ..] option, var script] || !Shells.Contains(Path.GetFileName(first)) || !option.Contains('c'))
        {
            return null;
        }

        if (program is { MainPid: { } pid, HostName: "localhost" })
        {
            return ProcessEntry.Find(pid) is { } process && Shells.Contains(process.Name) ? $"{process.Name} (pid {pid})" : null;
        }

        return script.AsSpan().IndexOfAny(";&|\n") >= 0 && !script.Contains("exec ", StringComparison.Ordinal) ? first : null;
    }

    private static GraphFinding Warning(ServiceNode node, string code, string message, string advice) =>
        Finding(node, FindingSeverity.Warning, code, message, advice);

    private static GraphFinding Finding(ServiceNode node, FindingSeverity severity, string code, string message, string advice) =>
        new()
        {
            Severity = severity,
            Code = code,
            Message = message,
            Target = node.Name,
            Line = node.Line,
            Advice = advice,
        };
}
