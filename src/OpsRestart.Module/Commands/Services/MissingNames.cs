namespace OpsRestart.Commands;

/// <summary>Names that no manager which could be asked has.</summary>
internal static class MissingNames
{
    public static IReadOnlyList<string> Of(
        IReadOnlyList<WantedService> wanted,
        IReadOnlyDictionary<ManagerTarget, IReadOnlyList<FoundService>> answers
    )
    {
        var unknown = answers.ToDictionary(
            static a => a.Key,
            static a => a.Value.Where(static f => f.Service.State == ServiceState.NotFound).Select(static f => f.Service.Name).ToHashSet()
        );
        return
        [
            .. unknown
                .Values.SelectMany(static names => names)
                .Distinct(StringComparer.Ordinal)
                .Where(name =>
                    wanted.All(w => !w.IsFor(name) || w.Targets.All(t => !unknown.TryGetValue(t, out var u) || u.Contains(name)))
                ),
        ];
    }
}
