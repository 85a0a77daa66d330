using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Probes.Packages;

/// <summary>A package that an upgrade would install.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSecurity">It comes from a security archive.</param>
internal sealed partial record PendingUpdate(string Name, bool IsSecurity)
{
    /// <summary>
    /// Lines of apt-get's simulation: <c>Inst NAME [old] (new ARCHIVE:VERSION/SUITE, … [arch])</c>. Debian's security archives are called
    /// Debian-Security, those of Ubuntu have a suite that ends in -security.
    /// </summary>
    public static IReadOnlyList<PendingUpdate> Read(string simulation) =>
        [
            .. Line()
                .Matches(simulation)
                .Select(static m => new PendingUpdate(
                    m.Groups["name"].Value,
                    m.Groups["from"].Value.Contains("security", StringComparison.OrdinalIgnoreCase)
                )),
        ];

    [GeneratedRegex(@"^Inst (?<name>\S+)(?: \[[^\]]*\])? \(\S+ (?<from>[^\)]*)\)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
