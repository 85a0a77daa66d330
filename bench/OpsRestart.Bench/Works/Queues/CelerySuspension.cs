using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Queues;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>
/// Takes the queue from ten workers: the broadcast that an admin types, which loses tasks on Redis where some are queued meanwhile, beside
/// one worker after the other, each of them seen to have stopped.
/// </summary>
internal sealed class CelerySuspension : IWork
{
    private const int Workers = 10;
    private const int Rounds = 10;

    public string Title => $"Celery on Redis: suspending {Workers} workers";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var load = await QueueLoad.CeleryAsync(Workers, cancellationToken);
        await using var system = await load.OpenAsync(cancellationToken);
        IQueueLease? lease = null;
        var cancelled = false;
        Task ControlAsync(string verb, CancellationToken ct) =>
            Admin.TypesAsync(
                $"BROKER={load.Broker} PYTHONDONTWRITEBYTECODE=1 celery --workdir {load.Application} -A load control {verb} celery",
                ct
            );

        async Task ConsumeAgainAsync(CancellationToken ct)
        {
            if (cancelled)
            {
                await ControlAsync("add_consumer", ct);
                cancelled = false;
            }

            if (lease is not null)
            {
                await lease.ResumeAsync(ct);
                await lease.DisposeAsync();
                lease = null;
            }
        }

        List<Way> ways =
        [
            new(
                "`celery control cancel_consumer celery`",
                async ct =>
                {
                    cancelled = true;
                    await ControlAsync("cancel_consumer", ct);
                }
            ),
            new("OpsRestart, in process", async ct => lease = await system.SuspendAsync(new SuspendRequest(), ct), Own: true),
        ];
        await Way.MeasureAsync(ways, Rounds, ConsumeAgainAsync, cancellationToken);
        await ConsumeAgainAsync(cancellationToken);
        return [Table.Of(Title, ways, Table.Limit($"Suspending {Workers} workers of this machine", ways[1].Median, 200, "ms"))];
    }
}
