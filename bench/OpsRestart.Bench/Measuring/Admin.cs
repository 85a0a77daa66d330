using System.Diagnostics;

namespace OpsRestart.Bench.Measuring;

/// <summary>Runs what an admin would type.</summary>
internal static class Admin
{
    /// <summary>A line of shell; an exit code other than 0 ends the benchmark.</summary>
    public static async Task<string> TypesAsync(string line, CancellationToken cancellationToken) =>
        await RunAsync("bash", ["-c", line], cancellationToken);

    public static async Task<string> RunAsync(string file, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(
            new ProcessStartInfo(file, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"exit code {process.ExitCode}: {file} {string.Join(' ', arguments)}\n{output}{await errors}"
            );
    }

    public static Way Way(string line) => new($"`{line}`", ct => TypesAsync(line, ct));
}
