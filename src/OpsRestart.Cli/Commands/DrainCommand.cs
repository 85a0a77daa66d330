using System.CommandLine;
using OpsRestart.Adapters.Composition;
using OpsRestart.Cli.Output;
using OpsRestart.Core.Queues;

namespace OpsRestart.Cli.Commands;

/// <summary>Waits until the queues of a graph are drained; stops and suspends nothing.</summary>
internal sealed class DrainCommand : GraphCommand
{
    private readonly QueueOption _queues = new();
    private readonly Option<DrainLevel?> _drainLevel = OptionOf.Word<DrainLevel>(
        "--drain-level",
        "How far every queue is drained. Default: as the graph says."
    );
    private readonly Option<TimeSpan?> _timeout = OptionOf.Time("--timeout", "How long it may take. Default: as the graph says.");

    public DrainCommand(CommandContext context)
        : base("drain", "Wait until a graph's queues are drained; nothing is stopped or suspended.", context)
    {
        _queues.AddTo(this);
        Options.Add(_drainLevel);
        Options.Add(_timeout);
        SetAction((parsed, cancellation) => context.RunAsync(Json(parsed), session => RunAsync(session, parsed, cancellation)));
    }

    private async Task<int> RunAsync(OpsSession session, ParseResult parsed, CancellationToken cancellationToken)
    {
        var report = new DrainReport(Context.Terminal, Json(parsed));
        var queues = _queues
            .Choose(session.LoadGraph(Graph(parsed)), parsed)
            .Where(q => q.Drain != DrainLevel.None || parsed.GetValue(_drainLevel) is not null);
        var results = await Task.WhenAll(queues.Select(queue => DrainAsync(session, queue, parsed, report, cancellationToken)))
            .ConfigureAwait(false);
        report.Finish(results);
        return results.All(static r => r.IsDrained) ? ExitCode.Done : ExitCode.DrainAborted;
    }

    private async Task<DrainResult> DrainAsync(
        OpsSession session,
        GraphQueue queue,
        ParseResult parsed,
        DrainReport report,
        CancellationToken cancellationToken
    )
    {
        var request = new DrainRequest
        {
            Level = parsed.GetValue(_drainLevel) ?? queue.Drain,
            Queues = queue.Queues,
            ExpectedWorkers = queue.Workers,
        };
        var system = await session.Queues.OpenAsync(queue, cancellationToken).ConfigureAwait(false);
        await using (system.ConfigureAwait(false))
        {
            var result = await session
                .DrainAsync(
                    system,
                    request,
                    parsed.GetValue(_timeout) ?? queue.Timeout,
                    p => report.Add(p with { Queue = queue.Name }),
                    cancellationToken
                )
                .ConfigureAwait(false);
            return result with { Queue = queue.Name };
        }
    }
}
