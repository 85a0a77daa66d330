namespace OpsRestart.Adapters.Commands;

/// <summary>Runs a command to its end. Nothing of it is left when this returns, however it ends.</summary>
internal static class CommandRun
{
    // Its own end is what counts: a child that goes on may keep its output open, and its own last lines are there by then.
    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(200);

    /// <param name="command">What to run.</param>
    /// <param name="readOutput">Reads its output until it ends or the token says so.</param>
    /// <param name="readErrors">The same for its errors.</param>
    /// <param name="cancellationToken">Ends the command and all its children.</param>
    /// <exception cref="CommandStartException">It can't be started.</exception>
    public static async Task<CommandEnd> RunAsync(
        Command command,
        Func<Stream, CancellationToken, Task> readOutput,
        Func<Stream, CancellationToken, Task> readErrors,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var running = CommandProcess.Start(command);
        using var reading = new CancellationTokenSource();
        var read = Task.WhenAll(ReadAsync(readOutput, running.Output, reading.Token), ReadAsync(readErrors, running.Errors, reading.Token));
        try
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAny(read, Task.Delay(LastLines, CancellationToken.None)).ConfigureAwait(false);
            var stays = command.Starts && running.ExitCode == 0;
            var left = stays ? [] : await running.EndAsync(everywhere: command.Starts).ConfigureAwait(false);
            return new CommandEnd(running.ExitCode, [.. left.Select(static p => p.ToString())]);
        }
        catch
        {
            await running.EndAsync(everywhere: true).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await Task.WhenAny(read, Task.Delay(LastLines, CancellationToken.None)).ConfigureAwait(false);
            await reading.CancelAsync().ConfigureAwait(false);
            await read.ConfigureAwait(false);
        }
    }

    private static async Task ReadAsync(Func<Stream, CancellationToken, Task> read, Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            await read(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The command is gone, and what it said is read.
        }
    }
}

/// <summary>The end of a command.</summary>
/// <param name="ExitCode">128 and the signal's number for one that was killed.</param>
/// <param name="LeftBehind">Processes that it had left behind, as "sleep (pid 42)": they were ended.</param>
internal sealed record CommandEnd(int ExitCode, IReadOnlyList<string> LeftBehind);
