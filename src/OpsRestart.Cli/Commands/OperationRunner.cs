using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Commands;

/// <summary>Carries out a plan: shows how it gets on, listens to Ctrl-C, and prints the result.</summary>
internal sealed class OperationRunner(Terminal terminal)
{
    /// <summary>Held until the process ends: without it a signal in the very last moment would make 130 of a run's exit code.</summary>
    private static readonly List<Interrupts> Held = [];

    private readonly RunStory _tracker = new();

    public async Task<ServiceGraphRun> RunAsync(OpsSession session, ServiceGraphPlan plan, RunOptions options, bool json)
    {
        var reporter = Reporter(json);
        await using (reporter.ConfigureAwait(false))
        {
            var interrupts = new Interrupts(() => TellState(reporter), Leave);
            ServiceGraphRun run;
            try
            {
                run = await session.RunAsync(plan, options, null, Tell, interrupts.Token).ConfigureAwait(false);
            }
            catch
            {
                interrupts.Dispose();
                throw;
            }

            Held.Add(interrupts);
            interrupts.Over(ExitCode.Of(run.Outcome));
            await reporter.FinishAsync(run).ConfigureAwait(false);
            return run;
        }

        void Tell(RunEvent e)
        {
            _tracker.Add(e);
            reporter.Add(e);
        }
    }

    private QueuedReporter Reporter(bool json) =>
        new(
            json ? new JsonReporter(terminal)
            : terminal.Live ? new LiveReporter(terminal, _tracker, TimeProvider.System)
            : new PlainReporter(terminal)
        );

    private void TellState(QueuedReporter reporter)
    {
        foreach (var line in _tracker.Interruption)
        {
            reporter.Say(line);
        }
    }

    private void Leave()
    {
        // The live view had hidden the cursor.
        terminal.Screen.Write(terminal.Live ? "\r\e[J\e[?25h" : "");
        terminal.Error.WriteLine($"opsrestart: {string.Join('\n', _tracker.Abandonment)}");
        terminal.Error.Flush();
        Environment.Exit(ExitCode.KnownBadState);
    }
}
