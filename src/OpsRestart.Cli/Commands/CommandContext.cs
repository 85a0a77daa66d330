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
            return Fail(e.Error, e.Message, e.Advice);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            const string Advice = "This is a defect of OpsRestart. Please report it with the command line and the graph.";
            return Fail(OpsError.Unexpected, $"{e.GetType().Name}: {e.Message}", Advice);
        }
        catch (OperationCanceledException)
        {
            terminal.Write(OpsError.Cancelled, "Cancelled; nothing was changed.", null);
            return ExitCode.Failed;
        }

        int Fail(OpsError error, string message, string? advice)
        {
            if (json)
            {
                new JsonLines(terminal.Out).Error(error, message, advice);
            }

            terminal.Write(error, message, advice);
            return ExitCode.Of(error);
        }
    }

    private void TellWhatIsLeft(OpsSession session)
    {
        foreach (var left in session.LeftSuspensions)
        {
            terminal.Error.WriteLine($"opsrestart: {left} 'opsrestart resume GRAPH' resumes it.");
        }
    }
}
