using OpsRestart.Adapters.Systemd.Native;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>The matches of a query: what the units logged themselves, or what their manager logged about them.</summary>
internal static class JournalFilter
{
    /// <summary>Names, patterns and template sets as full names; patterns are looked up among the units that ever logged.</summary>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> names, ServiceScope scope)
    {
        var expanded = NameMatch.Expand(names).ToList();
        var patterns = expanded.Where(NameMatch.IsPattern).Select(UnitName.ToPattern).ToList();
        var ids = expanded.Where(name => !NameMatch.IsPattern(name)).Select(UnitName.ToId);
        return [.. ids.Concat(patterns.Count == 0 ? [] : Known(patterns, scope)).Distinct(StringComparer.Ordinal)];
    }

    public static void Apply(JournalFile journal, IReadOnlyList<string> units, ServiceScope scope, ServiceLogPriority priority)
    {
        foreach (var unit in units)
        {
            journal.Match(OwnField(scope), unit);
        }

        MatchUser(journal, scope);
        MatchPriority(journal, priority);
        if (units.Count == 0)
        {
            return;
        }

        journal.Or();
        foreach (var unit in units)
        {
            journal.Match(AboutField(scope), unit);
        }

        if (scope == ServiceScope.System)
        {
            journal.Match("_PID", "1");
        }

        MatchUser(journal, scope);
        MatchPriority(journal, priority);
    }

    /// <summary>The field with the unit that an entry came from.</summary>
    public static string OwnField(ServiceScope scope) => scope == ServiceScope.System ? "_SYSTEMD_UNIT" : "_SYSTEMD_USER_UNIT";

    /// <summary>The field with the unit that an entry of the manager is about.</summary>
    public static string AboutField(ServiceScope scope) => scope == ServiceScope.System ? "UNIT" : "USER_UNIT";

    private static IEnumerable<string> Known(List<string> patterns, ServiceScope scope)
    {
        using var journal = JournalFile.Open();
        return journal
            .Values(OwnField(scope))
            .Concat(journal.Values(AboutField(scope)))
            .Where(unit => patterns.Exists(pattern => NameMatch.Matches(unit, pattern)));
    }

    // Anybody may write USER_UNIT: only what this user's manager wrote counts.
    private static void MatchUser(JournalFile journal, ServiceScope scope)
    {
        if (scope == ServiceScope.User)
        {
            journal.Match("_UID", LibC.EffectiveUserId().ToString(CultureInfo.InvariantCulture));
        }
    }

    // An entry without a priority passes only when all do.
    private static void MatchPriority(JournalFile journal, ServiceLogPriority priority)
    {
        for (var level = 0; priority < ServiceLogPriority.Debug && level <= (int)priority; level++)
        {
            journal.Match("PRIORITY", level.ToString(CultureInfo.InvariantCulture));
        }
    }
}
