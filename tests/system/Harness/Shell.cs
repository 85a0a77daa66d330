using System.Diagnostics;

namespace OpsRestart.Tests.System.Harness;

/// <summary>What a command did.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Errors);

/// <summary>Commands as an admin would type them: the tests' second opinion on what the adapters say.</summary>
internal static class Shell
{
    public static async Task<ShellResult> RunAsync(string file, IEnumerable<string> arguments, TimeSpan? timeout = null)
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
        using var limit = new CancellationTokenSource(timeout ?? TimeSpan.FromMinutes(3));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ShellResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end in time");
        }
    }

    /// <summary>Runs a line of shell and returns its output; a failing line fails the test.</summary>
    public static async Task<string> BashAsync(string script, TimeSpan? timeout = null)
    {
        var result = await RunAsync("bash", ["-euo", "pipefail", "-c", script], timeout);
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode} of: {script}\n{result.Output}{result.Errors}");
        return result.Output.TrimEnd('\n');
    }
}
