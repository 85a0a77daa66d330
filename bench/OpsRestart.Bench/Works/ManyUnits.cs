using OpsRestart.Bench.Measuring;

namespace OpsRestart.Bench.Works;

/// <summary>Instances of the template t-many@ (tests/stacks/units).</summary>
internal static class ManyUnits
{
    public static Task StartAsync(int count, CancellationToken cancellationToken) =>
        Admin.TypesAsync($"systemctl start $(seq -f 't-many@%g' {count})", cancellationToken);

    public static IReadOnlyList<string> Names(int count) => [.. Enumerable.Range(1, count).Select(static i => $"t-many@{i}")];
}
