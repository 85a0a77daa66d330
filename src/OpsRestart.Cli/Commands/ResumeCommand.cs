using System.CommandLine;
using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Queues;

namespace OpsRestart.Cli.Commands;

/// <summary>Resumes the queues of a graph that a run suspended and could not resume, because it was killed.</summary>
internal sealed class ResumeCommand : GraphCommand
{
    private readonly QueueOption _queues = new();
    private readonly Option<bool> _force = OptionOf.Flag("--force", "Resume also what a process that still runs holds.");

    public ResumeCommand(CommandContext context)
        : base(
            "resume",
            "Resume queues that a run left suspended because it was killed. Suspensions made by others are left alone.",
            context
        )
    {
        _queues.AddTo(this);
        Options.Add(_force);
        SetAction(
            (parsed, cancellation) =>
                context.RunAsync(Json(parsed), session => RunAsync(session, parsed, cancellation), tellsWhatIsLeft: false)
        );
    }

    private async Task<int> RunAsync(OpsSession session, ParseResult parsed, CancellationToken cancellationToken)
    {
        var report = new ResumeReport(Context.Terminal, Json(parsed));
        foreach (var queue in _queues.Choose(session.LoadGraph(Graph(parsed)), parsed))
        {
            var system = await session.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
            await using (system.ConfigureAwait(false))
            {
                await ResumeAsync(session, queue, system, parsed.GetValue(_force), report, cancellationToken).ConfigureAwait(false);
            }
        }

        report.Finish();
        return report.Held > 0 ? ExitCode.Refused : ExitCode.Done;
    }

    private static async Task ResumeAsync(
        OpsSession session,
        GraphQueue queue,
        IWorkQueueSystem system,
        bool force,
        ResumeReport report,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var record in session
                .Suspensions.List()
                .Where(r => r.Suspension.System == system.System && r.Suspension.Broker == system.Broker)
        )
        {
            if (record.IsOwnerAlive && !force)
            {
                report.AddHeld(queue, record);
            }
            else
            {
                report.AddResumed(queue, record, await system.ResumeAsync(record.Suspension, cancellationToken).ConfigureAwait(false));
            }
        }
    }
}
