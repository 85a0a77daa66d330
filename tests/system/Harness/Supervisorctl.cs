using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsRestart.Tests.System.Harness;

/// <summary>What supervisorctl says of this host's own supervisord.</summary>
internal static partial class Supervisorctl
{
    /// <summary>The programs that are RUNNING, each with its process.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> PidsAsync() =>
        // Its exit code is 3 where one does not run.
        Running()
            .Matches((await Shell.RunAsync("supervisorctl", ["status"])).Output)
            .ToDictionary(
                static m => m.Groups["name"].Value,
                static m => int.Parse(m.Groups["pid"].Value, CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );

    [GeneratedRegex(@"^(?<name>\S+) +RUNNING +pid (?<pid>\d+)", RegexOptions.Multiline)]
    private static partial Regex Running();
}
