namespace OpsRestart.Adapters.Stale;

/// <summary>
/// Finds services that are older than what they stand on. Of another host's only what its manager tells: what they need, and unit files
/// that are not loaded.
/// </summary>
internal sealed class StaleFinder(IServiceHost services)
{
    // Named units have all their details, see ServiceQuery.
    private const int AtOnce = 32;

    /// <summary>Those of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="names">Nodes, wildcards allowed; none: all.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    /// <exception cref="OpsRestartException">A manager can't be asked.</exception>
    public async Task<StaleLook> FindAsync(ServiceGraph graph, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var looks = new ServiceLooks(services);
        var found = new List<StaleService>();
        var hidden = 0;
        foreach (var node in graph.Nodes.Where(n => names.Count == 0 || names.Any(p => NameMatch.Matches(n.Name, p))))
        {
            var service = await looks.FindAsync(node, cancellationToken).ConfigureAwait(false);
            if (!StaleRule.IsUp(service))
            {
                continue;
            }

            var needs = new List<(string, ManagedService)>();
            foreach (var need in node.Needs)
            {
                var other = graph.Nodes.First(n => n.Name == need);
                needs.Add((need, await looks.FindAsync(other, cancellationToken).ConfigureAwait(false)));
            }

            var manager = await services.GetManagerAsync(node, cancellationToken).ConfigureAwait(false);
            var facts = node.HostName is null
                ? await FactsAsync(manager, service, node.Config, cancellationToken).ConfigureAwait(false)
                : StaleFacts.None;
            hidden += facts.Hidden;
            if (StaleRule.Judge(service, needs, facts) is { Count: > 0 } reasons)
            {
                found.Add(
                    Of(service, reasons) with
                    {
                        Name = node.Name,
                        Service = node.Service,
                        Graph = graph.Name,
                        HostName = node.HostName ?? "localhost",
                    }
                );
            }
        }

        return new StaleLook(found, hidden);
    }

    /// <summary>Those of a manager, by their files and processes alone: what they need is in no graph.</summary>
    /// <param name="manager">The manager.</param>
    /// <param name="isLocal">Whether it is this machine's.</param>
    /// <param name="names">Services, wildcards allowed; none: all that run.</param>
    /// <param name="cancellationToken">Ends the looking.</param>
    public static async Task<StaleLook> FindAsync(
        IServiceManager manager,
        bool isLocal,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        var all = await manager.GetServicesAsync(new ServiceQuery { Names = names }, cancellationToken).ConfigureAwait(false);
        var found = new List<StaleService>();
        var hidden = 0;
        foreach (var part in all.Where(s => StaleRule.IsUp(s) && IsService(s)).Select(static s => s.Id).Chunk(AtOnce))
        {
            var query = new ServiceQuery
            {
                Names = part,
                Detailed = true,
                WithoutBoot = true,
            };
            foreach (var service in await manager.GetServicesAsync(query, cancellationToken).ConfigureAwait(false))
            {
                var facts = isLocal ? await FactsAsync(manager, service, [], cancellationToken).ConfigureAwait(false) : StaleFacts.None;
                hidden += facts.Hidden;
                if (StaleRule.Judge(service, [], facts) is { Count: > 0 } reasons)
                {
                    found.Add(Of(service, reasons));
                }
            }
        }

        return new StaleLook(found, hidden);
    }

    /// <summary>systemd has other units too, which run nothing.</summary>
    private static bool IsService(ManagedService service) =>
        service.Manager != ServiceManagerKind.Systemd || service.Id.EndsWith(".service", StringComparison.Ordinal);

    private static async Task<StaleFacts> FactsAsync(
        IServiceManager manager,
        ManagedService service,
        IReadOnlyList<string> config,
        CancellationToken cancellationToken
    )
    {
        var processes = await manager.GetProcessesAsync(service.Id, cancellationToken).ConfigureAwait(false);
        var looked = processes.Select(static p => ProcessFiles.Replaced(p.Pid)).ToList();
        return new StaleFacts
        {
            ProcessStart = service.MainPid is { } main ? ProcessFiles.StartOf(main) : null,
            UnitFiles = service.Manager == ServiceManagerKind.Systemd ? [.. ChangedFiles.OfUnit(service)] : [],
            ConfigFiles = [.. config.Select(ChangedFiles.Newest).OfType<FileChange>()],
            Programs = service.MainPid is { } pid ? [.. ProcessFiles.ScriptsOf(pid).Select(ChangedFiles.Of).OfType<FileChange>()] : [],
            ReplacedPrograms = [.. looked.Select(static l => l?.Program).OfType<string>().Distinct()],
            ReplacedLibraries = [.. looked.SelectMany(static l => l?.Libraries ?? []).Distinct()],
            Hidden = processes.Zip(looked).Count(static p => p.Second is null && Directory.Exists($"/proc/{p.First.Pid}")),
        };
    }

    private static StaleService Of(ManagedService service, IReadOnlyList<StaleReason> reasons) =>
        new()
        {
            Name = service.Name,
            Service = service.Name,
            Manager = service.Manager,
            Scope = service.Scope,
            HostName = service.HostName,
            StartedAt = service.Since,
            Reasons = reasons,
        };
}

/// <param name="Found">The stale ones.</param>
/// <param name="Hidden">How many processes this user may not look at.</param>
internal sealed record StaleLook(IReadOnlyList<StaleService> Found, int Hidden);
