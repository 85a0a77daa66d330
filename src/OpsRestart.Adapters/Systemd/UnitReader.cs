using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Lists units and reads their properties.</summary>
internal sealed class UnitReader(SystemdLink link, ServiceMapper mapper)
{
    /// <summary>
    /// Units that were named, and up to so many that a pattern found, are read with all their properties (0.3-0.7 ms of PID 1 each); of
    /// more only what a list shows.
    /// </summary>
    public const int FewUnits = 64;

    private static readonly string[] AllServices = ["*" + UnitName.Service];

    public async Task<IReadOnlyList<ManagedService>> ReadAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        var names = NameMatch.Expand(query.Names).ToList();
        var exact = names.Where(name => !NameMatch.IsPattern(name)).Select(UnitName.ToId).Distinct(StringComparer.Ordinal).ToArray();
        var patterns = names.Count == 0 ? AllServices : [.. names.Where(NameMatch.IsPattern).Select(UnitName.ToPattern)];

        using var held = query.WithoutBoot ? new UnitReferences(link, exact) : null;
        var units = await ListAsync(exact, patterns, query.IncludeUnloaded, cancellationToken).ConfigureAwait(false);
        if (!query.Detailed)
        {
            return [.. units.Select(mapper.Map)];
        }

        if (query.WithoutBoot)
        {
            return await GatherAsync(units, PropertyCalls.AllButBoot, cancellationToken).ConfigureAwait(false);
        }

        var few = units.Count(unit => !unit.IsNamed) <= FewUnits;
        return await GatherAsync(
                units,
                unit => few || unit.IsNamed ? [PropertyCalls.All(unit.Id)] : PropertyCalls.Chosen(unit),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>The named units in the order asked for, then those that the patterns match, by name.</summary>
    private async Task<IReadOnlyList<UnitListing>> ListAsync(
        string[] exact,
        string[] patterns,
        bool unloadedToo,
        CancellationToken cancellationToken
    )
    {
        var named = exact.Length == 0 ? null : ListByNamesAsync(exact, cancellationToken);
        var matched = patterns.Length == 0 ? null : ListByPatternsAsync(patterns, cancellationToken);
        var files = patterns.Length == 0 || !unloadedToo ? null : ListFilesAsync(patterns, cancellationToken);

        var units = new List<UnitListing>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        units.AddRange(
            (named is null ? [] : await named.ConfigureAwait(false))
                .Where(unit => seen.Add(unit.Id))
                .Select(unit => unit with { IsNamed = true })
        );
        var others = new List<UnitListing>();
        others.AddRange((matched is null ? [] : await matched.ConfigureAwait(false)).Where(unit => seen.Add(unit.Id)));
        others.AddRange((files is null ? [] : await files.ConfigureAwait(false)).Where(unit => seen.Add(unit.Id)));
        units.AddRange(others.OrderBy(unit => unit.Id, StringComparer.Ordinal));
        return units;
    }

    /// <summary>Loads what is not loaded; a unit that does not exist comes back with the load state not-found.</summary>
    public async Task<IReadOnlyList<UnitListing>> ListByNamesAsync(string[] ids, CancellationToken cancellationToken)
    {
        var body = await link.CallAsync(SystemdLink.ManagerCall("ListUnitsByNames", [ids]), "read the units", null, cancellationToken)
            .ConfigureAwait(false);
        return Listings(body);
    }

    private async Task<IEnumerable<UnitListing>> ListByPatternsAsync(string[] patterns, CancellationToken cancellationToken)
    {
        var call = SystemdLink.ManagerCall("ListUnitsByPatterns", Array.Empty<string>(), patterns);
        var body = await link.CallAsync(call, "list the units", null, cancellationToken).ConfigureAwait(false);

        // systemd also lists names that others only refer to.
        return Listings(body).Where(unit => unit.LoadState != "not-found" || unit.IsActive);
    }

    private async Task<IEnumerable<UnitListing>> ListFilesAsync(string[] patterns, CancellationToken cancellationToken)
    {
        var call = SystemdLink.ManagerCall("ListUnitFilesByPatterns", Array.Empty<string>(), patterns) with
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
        var body = await link.CallAsync(call, "list the unit files", null, cancellationToken).ConfigureAwait(false);
        return ((object?[])body[0]!)
            .Cast<object?[]>()
            .Select(file => (Id: Path.GetFileName((string)file[0]!), State: (string)file[1]!))
            .Where(file => !file.Id.Contains("@.", StringComparison.Ordinal))
            .Select(file => new UnitListing(
                file.Id,
                "",
                file.State.StartsWith("masked", StringComparison.Ordinal) ? "masked" : "unloaded",
                "inactive",
                "dead"
            )
            {
                UnitFileState = file.State,
            });
    }

    private static UnitListing[] Listings(object?[] body) => [.. ((object?[])body[0]!).Select(unit => UnitListing.Read((object?[])unit!))];

    private async Task<IReadOnlyList<ManagedService>> GatherAsync(
        IReadOnlyList<UnitListing> units,
        Func<UnitListing, IReadOnlyList<BusCall>> callsFor,
        CancellationToken cancellationToken
    )
    {
        var gathering = await link.RetryAsync(() => GatherOnceAsync(units, callsFor, cancellationToken), g => g.Error, cancellationToken)
            .ConfigureAwait(false);
        if (gathering.Error is { } error)
        {
            throw SystemdErrors.ToException(error, "read the units' properties", null, link.Target);
        }

        return [.. units.Select((unit, index) => mapper.Map(unit, gathering.PropertiesOf(index)))];
    }

    // One task for the whole batch: tens of thousands of tasks would cost more than the bus does.
    private async Task<PropertyGathering> GatherOnceAsync(
        IReadOnlyList<UnitListing> units,
        Func<UnitListing, IReadOnlyList<BusCall>> callsFor,
        CancellationToken cancellationToken
    )
    {
        var gathering = new PropertyGathering(units);
        for (var index = 0; index < units.Count; index++)
        {
            gathering.Send(link.Bus, index, callsFor(units[index]));
        }

        await gathering.Finished(cancellationToken).ConfigureAwait(false);
        return gathering;
    }
}

/// <summary>One line of ListUnits: what systemd tells of a unit without being asked for properties.</summary>
internal sealed record UnitListing(string Id, string Description, string LoadState, string ActiveState, string SubState)
{
    /// <summary>Set for units that are not loaded and known by their unit file only.</summary>
    public string? UnitFileState { get; init; }

    /// <summary>Asked for by its name, not found by a pattern.</summary>
    public bool IsNamed { get; init; }

    public bool IsActive => ActiveState is not ("inactive" or "failed" or "");

    /// <summary>From <c>(ssssssouso)</c>: id, description, load, active and sub state, followed unit, path, job.</summary>
    public static UnitListing Read(object?[] fields) =>
        new((string)fields[0]!, (string)fields[1]!, (string)fields[2]!, (string)fields[3]!, (string)fields[4]!);
}
