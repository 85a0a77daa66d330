using System.Globalization;

namespace OpsRestart.Bench.Measuring;

/// <summary>
/// PowerShell with the module, where this host has it (<c>OPSRESTART_PWSH</c>: the command, its parts separated by spaces).
/// </summary>
internal static class PowerShell
{
    private static readonly string[] Command = (Environment.GetEnvironmentVariable("OPSRESTART_PWSH") ?? "").Split(
        ' ',
        StringSplitOptions.RemoveEmptyEntries
    );

    public static bool IsHere => Command.Length > 0;

    public static string Module => Path.Combine(Environment.GetEnvironmentVariable("OPSRESTART_REPOSITORY") ?? ".", "OpsRestart.psd1");

    public static Task<string> RunAsync(string script, CancellationToken cancellationToken) =>
        Admin.RunAsync(Command[0], [.. Command.Skip(1), "-NoProfile", "-NonInteractive", "-Command", script], cancellationToken);

    /// <summary>Measures a pipeline inside one warm PowerShell: the milliseconds of each round.</summary>
    public static async Task<Way> MeasureAsync(string pipeline, int rounds, CancellationToken cancellationToken)
    {
        var output = await RunAsync(
            $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module {{Module}}
            foreach ($round in 1..3) { $null = {{pipeline}} }
            foreach ($round in 1..{{rounds}}) {
                (Measure-Command { $null = {{pipeline}} }).TotalMilliseconds.ToString('R', [cultureinfo]::InvariantCulture)
            }
            """,
            cancellationToken
        );
        var way = new Way($"`{pipeline}` in a running PowerShell", static _ => Task.CompletedTask, Own: true);
        way.Times.AddRange(
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => double.Parse(l, CultureInfo.InvariantCulture))
        );
        return way;
    }
}
