using System.Diagnostics;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Cli;

/// <summary><c>opsrestart</c> as a process, with graphs of the test's own.</summary>
internal sealed class Command : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];
    private readonly Task<string> _output;
    private readonly Task _reading;

    private Command(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _reading = ReadErrorsAsync();
    }

    /// <summary>What it has written to its standard error so far.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_errors)
            {
                return [.. _errors];
            }
        }
    }

    public int Pid => _process.Id;

    public static Command Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "OpsRestart.Cli"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OPSRESTART_CONFIG_PATH"] = folder;
        return new Command(Process.Start(start)!);
    }

    public static async Task<ShellResult> RunAsync(string folder, params string[] arguments)
    {
        using var command = Start(folder, arguments);
        return await command.EndAsync();
    }

    public Task SignalAsync(string signal) => Shell.BashAsync(FormattableString.Invariant($"kill -{signal} {Pid}"));

    public async Task UntilAsync(string text)
    {
        bool IsTold() => Errors.Any(line => line.Contains(text, StringComparison.Ordinal));
        await Eventually.IsTrueAsync(() => IsTold() || _reading.IsCompleted, TimeSpan.FromSeconds(20), text);
        Assert.True(IsTold(), $"it ended without saying '{text}': {string.Join('\n', Errors)}");
    }

    public async Task<ShellResult> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        await _reading;
        return new ShellResult(_process.ExitCode, await _output, string.Join('\n', Errors));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            lock (_errors)
            {
                _errors.Add(line);
            }
        }
    }
}
