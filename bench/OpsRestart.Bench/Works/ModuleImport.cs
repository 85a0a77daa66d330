using System.Globalization;
using OpsRestart.Bench.Measuring;

namespace OpsRestart.Bench.Works;

/// <summary>What Import-Module costs over an empty PowerShell, in time and memory.</summary>
internal sealed class ModuleImport : IWork
{
    private const int Rounds = 10;

    public string Title => "Import-Module OpsRestart";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        if (!PowerShell.IsHere)
        {
            Console.WriteLine("  not measured: there is no PowerShell 7.6 here");
            return [];
        }

        List<double> emptyMemory = [],
            moduleMemory = [];
        var import = $"Import-Module '{PowerShell.Module}'; ";
        var empty = new Way("`pwsh -NoProfile`, empty", async ct => emptyMemory.Add(await MemoryAsync("", ct)));
        var module = new Way(
            "the same with `Import-Module OpsRestart`",
            async ct => moduleMemory.Add(await MemoryAsync(import, ct)),
            Own: true
        );
        await Way.MeasureAsync([empty, module], Rounds, null, cancellationToken);
        double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
        string[] Row(Way way, List<double> memory) =>
            [way.Name, Table.Milliseconds(way.Median), string.Create(CultureInfo.InvariantCulture, $"{Median(memory):0.0} MB")];
        return
        [
            new Table(Title, ["how", "median", "memory"], [Row(empty, emptyMemory), Row(module, moduleMemory)])
            {
                Notes =
                [
                    Table.Limit("Time of the import", module.Median - empty.Median, 150, "ms"),
                    Table.Limit("Memory of the module", Median(moduleMemory) - Median(emptyMemory), 40, "MB"),
                    $"{Rounds} fresh processes each, in turn; memory is the resident set at the end.",
                ],
            },
        ];
    }

    /// <summary>The resident set, in MB, of a PowerShell that ran the script.</summary>
    private static async Task<double> MemoryAsync(string script, CancellationToken cancellationToken)
    {
        var line = await PowerShell.RunAsync(script + "(Select-String VmRSS /proc/self/status).Line", cancellationToken);
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
