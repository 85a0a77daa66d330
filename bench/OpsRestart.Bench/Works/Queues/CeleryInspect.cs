using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Queues;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>Do the Celery workers answer, and what do they run?</summary>
internal sealed class CeleryInspect : IWork
{
    private const int Rounds = 10;

    public string Title => "Celery workers: who answers, what runs";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var load = await QueueLoad.CeleryAsync(cancellationToken);
        await using var system = await load.OpenAsync(cancellationToken);
        Way Celery(string verb) =>
            new(
                $"`celery inspect {verb}`",
                ct =>
                    Admin.TypesAsync(
                        $"BROKER={load.Broker} PYTHONDONTWRITEBYTECODE=1 celery --workdir {load.Application} -A load inspect {verb}",
                        ct
                    )
            );

        List<Way> ping =
        [
            Celery("ping"),
            new("OpsRestart, in process", async ct => Expect((await load.PingAsync(ct)).Status == ProbeStatus.Healthy), Own: true),
        ];
        await Way.MeasureAsync(ping, Rounds, null, cancellationToken);
        var notes = new List<string>();
        if (PowerShell.IsHere)
        {
            var cmdlet = await PowerShell.MeasureAsync($"Test-CeleryWorker {load.Broker} -Worker 'a@*', 'b@*'", Rounds, cancellationToken);
            ping.Add(cmdlet);
            notes.Add(Table.AtLeast("`celery inspect ping` against `Test-CeleryWorker`", ping[0].Median / cmdlet.Median, 100));
        }

        await load.SendSleepAsync(60);
        await load.SendSleepAsync(60);
        var query = new WorkerTaskQuery { States = [WorkerTaskState.Active] };
        List<Way> active =
        [
            Celery("active"),
            new("OpsRestart, in process", async ct => Expect((await system.GetTasksAsync(query, ct)).Count == 2), Own: true),
        ];
        await Way.MeasureAsync(active, Rounds, null, cancellationToken);
        if (PowerShell.IsHere)
        {
            active.Add(await PowerShell.MeasureAsync($"Get-WorkerTask {load.Broker} -State Active", Rounds, cancellationToken));
        }

        return [Table.Of("Celery: which workers answer (2 workers)", ping, [.. notes]), Table.Of("Celery: which tasks run", active)];
    }

    private static void Expect(bool right)
    {
        if (!right)
        {
            throw new InvalidOperationException("not the answer that was expected");
        }
    }
}
