using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OpsRestart.Bench.Measuring;

/// <summary>docs/benchmarks.md.</summary>
internal sealed partial class Page
{
    private readonly List<Table> _tables = [];

    public void Add(Table table) => _tables.Add(table);

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            # Benchmarks
            What an admin would type, beside OpsRestart doing the same: measured in one run, in one throwaway host, by `./build.sh bench`.
            Times differ from machine to machine; the ratios are what to look at.

            {Machine()}


            """
        );
        foreach (var table in _tables)
        {
            text.Append(table.ToMarkdown()).Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string Machine()
    {
        var processor = ProcessorName().Match(File.ReadAllText("/proc/cpuinfo")).Groups[1].Value;
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var system = DistributionName().Match(File.ReadAllText("/etc/os-release")).Groups[1].Value;
        return $"{DateTime.UtcNow:yyyy-MM-dd}: {system}, kernel {kernel}, {Environment.ProcessorCount} × {processor}, .NET "
            + $"{Environment.Version}.";
    }

    [GeneratedRegex(@"^model name\s*:\s*(.+)$", RegexOptions.Multiline)]
    private static partial Regex ProcessorName();

    [GeneratedRegex("^PRETTY_NAME=\"?([^\"\n]+)", RegexOptions.Multiline)]
    private static partial Regex DistributionName();
}
