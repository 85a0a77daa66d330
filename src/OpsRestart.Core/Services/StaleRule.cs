namespace OpsRestart.Core.Services;

/// <summary>Whether a service is older than what it stands on.</summary>
internal static class StaleRule
{
    /// <summary>supervisord tells whole seconds.</summary>
    private static readonly TimeSpan Coarse = TimeSpan.FromSeconds(1);

    /// <param name="service">The service, which runs.</param>
    /// <param name="needs">What it needs, by node, as their managers see them.</param>
    /// <param name="facts">What was found of its files and processes.</param>
    public static IReadOnlyList<StaleReason> Judge(
        ManagedService service,
        IEnumerable<(string Node, ManagedService Service)> needs,
        StaleFacts facts
    )
    {
        var reasons = new List<StaleReason>();
        foreach (var (node, need) in needs)
        {
            if (IsUp(need) && need.Since > service.Since + Tolerance(service, need))
            {
                reasons.Add(Reason(StaleKind.Need, node, need.Since, $"{node} was started later"));
            }
        }

        var start = facts.ProcessStart ?? service.Since;
        if (service.NeedsReload == true)
        {
            reasons.Add(
                Reason(StaleKind.Unit, service.FragmentPath ?? service.Id, null, "its unit file was changed, and is not loaded yet")
            );
        }
        else
        {
            Add(facts.UnitFiles, StaleKind.Unit);
        }

        reasons.AddRange(facts.ReplacedPrograms.Select(static p => Reason(StaleKind.Program, p, null, $"{p} was replaced")));
        Add(facts.Programs.Where(p => !facts.ReplacedPrograms.Contains(p.Path)), StaleKind.Program);
        reasons.AddRange(facts.ReplacedLibraries.Select(static l => Reason(StaleKind.Library, l, null, $"{l} was replaced")));
        Add(facts.ConfigFiles, StaleKind.Config);
        return reasons;

        void Add(IEnumerable<FileChange> files, StaleKind kind) =>
            reasons.AddRange(files.Where(f => f.At > start).Select(f => Reason(kind, f.Path, f.At, $"{f.Path} was changed later")));
    }

    /// <summary>What can be older than something: it runs, and not just for a moment.</summary>
    public static bool IsUp(ManagedService service) =>
        service.State is ServiceState.Running or ServiceState.Reloading or ServiceState.Flapping or ServiceState.Exited;

    private static TimeSpan Tolerance(ManagedService one, ManagedService other) =>
        one.Manager == ServiceManagerKind.Supervisor || other.Manager == ServiceManagerKind.Supervisor ? Coarse : TimeSpan.Zero;

    private static StaleReason Reason(StaleKind kind, string what, DateTime? at, string message) =>
        new()
        {
            Kind = kind,
            What = what,
            At = at,
            Message = message,
        };
}
