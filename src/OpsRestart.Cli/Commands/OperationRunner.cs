using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Reports;

namespace OpsRestart.Cli.Commands;

/// <summary>Carries out a plan: shows how it gets on, listens to Ctrl-C, and prints the result.</summary>
internal sealed class OperationRunner(Terminal terminal)
{
    private readonly RunStory _tracker = new();

    public async Task<ServiceGraphRun> RunAsync(OpsSession session, ServiceGraphPlan plan, RunOptions options, bool json)
    {
        var reporter = Reporter(json);
        await using (reporter.ConfigureAwait(false))
        {
            ServiceGraphRun run;
            using (var interrupts = new Interrupts(() => TellState(reporter), Leave))
            {
                run = await session.RunAsync(plan, options, null, Tell, interrupts.Token).ConfigureAwait(false);
            }

            await reporter.FinishAsync(run).ConfigureAwait(false);
            return run;
        }

        void Tell(RunEvent e)
        {
            _tracker.Add(e);
            reporter.Add(e);
        }
    }

    private QueuedReporter Reporter(bool json) => new(json ? new JsonReporter(terminal)
        : terminal.Live ? new LiveReporter(terminal, _tracker, TimeProvider.System)
        : new PlainReporter(terminal));

    private void TellState(QueuedReporter reporter)
    {
        reporter.Say("Interrupted; the same again leaves at once.");
        foreach (var line in _tracker.State)
        {
            reporter.Say($"  {line}");
        }
    }

    private void Leave()
    {
        // The live view had hidden the cursor.
        terminal.Screen.Write(terminal.Live ? "\r\e[J\e[?25h" : "");
        terminal.Error.WriteLine("opsrestart: Aborted. These were not restored:");
        foreach (var line in _tracker.State.DefaultIfEmpty("nothing was changed"))
        {
            terminal.Error.WriteLine($"  {line}");
        }

        terminal.Error.Flush();
        Environment.Exit(ExitCode.KnownBadState);
    }
}
