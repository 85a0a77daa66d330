using System.ComponentModel;
using System.Diagnostics;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Host;

/// <summary>Runs hooks and checks as commands, without a shell. A cancelled token ends the command with all its children.</summary>
internal sealed class CommandRunner : IHookRunner
{
    private const int Kept = 50;
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    public async Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hook);
        ArgumentNullException.ThrowIfNull(output);
        var lines = new Queue<string>();
        using var process = new Process { StartInfo = StartInfo(hook) };
        Start(process, hook);
        process.StandardInput.Close();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        // A command may leave a daemon behind that keeps its output open: its own end is what counts, and its last lines are there by then.
        await Task.WhenAny(reading, Task.Delay(LastLines, CancellationToken.None)).ConfigureAwait(false);

        lock (lines)
        {
            return new HookResult(process.ExitCode == 0, process.ExitCode, [.. lines]);
        }

        async Task ReadAsync(StreamReader reader)
        {
            try
            {
                while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
                {
                    Keep(line);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The process is gone and its pipes with it.
            }
        }

        void Keep(string line)
        {
            lock (lines)
            {
                lines.Enqueue(line);
                if (lines.Count > Kept)
                {
                    lines.Dequeue();
                }
            }

            output(line);
        }
    }

    private static ProcessStartInfo StartInfo(GraphHook hook)
    {
        IReadOnlyList<string> command = hook.User is null ? hook.Command : ["runuser", "-u", hook.User, "--", .. hook.Command];
        var info = new ProcessStartInfo(command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = hook.WorkingDirectory ?? "",
        };
        foreach (var argument in command.Skip(1))
        {
            info.ArgumentList.Add(argument);
        }

        return info;
    }

    private static void Start(Process process, GraphHook hook)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new OpsRestartException(OpsError.HookFailed, $"'{hook.Command[0]}' of '{hook.Name}' can't be run: {e.Message}", hook.Name, "Check the path, and that it may be executed.", e);
        }
    }
}
