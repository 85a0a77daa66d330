using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;

namespace OpsRestart.Cli.Commands;

/// <summary>What every command works with.</summary>
internal sealed class CommandContext(Terminal terminal, Func<OpsSession> newSession)
{
    public Terminal Terminal => terminal;

    public OpsSession NewSession() => newSession();

    /// <summary>Runs a command; what it foresees to go wrong becomes an error text and an exit code.</summary>
    public async Task<int> RunAsync(bool json, Func<OpsSession, Task<int>> command, bool tellsWhatIsLeft = true)
    {
        var session = NewSession();
        try
        {
            await using (session.ConfigureAwait(false))
            {
                if (tellsWhatIsLeft)
                {
                    TellWhatIsLeft(session);
                }

                return await command(session).ConfigureAwait(false);
            }
        }
        catch (OpsRestartException e)
        {
            if (json)
            {
                new JsonLines(terminal.Out).Error(e.Error, e.Message, e.Advice);
            }

            ErrorText.Write(e.Error, e.Message, e.Advice, terminal);
            return ExitCode.Of(e.Error);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OpsRestartException))
        {
            const string Advice = "This is a defect of OpsRestart. Please report it with the command line and the graph.";
            if (json)
            {
                new JsonLines(terminal.Out).Error(OpsError.Unexpected, $"{e.GetType().Name}: {e.Message}", Advice);
            }

            ErrorText.Write(OpsError.Unexpected, $"{e.GetType().Name}: {e.Message}", Advice, terminal);
            return ExitCode.Of(OpsError.Unexpected);
        }
        catch (OperationCanceledException)
        {
            ErrorText.Write(OpsError.Cancelled, "Cancelled; nothing was changed.", null, terminal);
            return ExitCode.Failed;
        }
    }

    /// <summary>Celery can't let a suspension expire: whoever comes after a run that was killed is told of it.</summary>
    private void TellWhatIsLeft(OpsSession session)
    {
        foreach (var left in session.Suspensions.List().Where(static r => !r.IsOwnerAlive))
        {
            terminal.Error.WriteLine($"opsrestart: Left suspended: {left}. Its workers take no tasks until 'opsrestart resume GRAPH', or until they are restarted.");
        }
    }
}
