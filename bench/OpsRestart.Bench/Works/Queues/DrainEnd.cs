using System.Globalization;
using OpsRestart.Bench.Measuring;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>
/// How long after the true end of the last task does a drain end, is it ever wrong, and what does waiting cost the broker?
/// </summary>
internal sealed class DrainEnd : IWork
{
    private const int Drains = 20;
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(10);

    public string Title => $"Drains of tasks that queue others, {Drains} for each system";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        List<IReadOnlyList<string>> rows = [];
        List<string> missing = [];
        foreach (
            var (name, start, onRedis) in ((string, Func<CancellationToken, Task<QueueLoad>>, bool)[])
                [
                    ("Celery on Redis", QueueLoad.CeleryAsync, true),
                    ("RQ", QueueLoad.RqAsync, true),
                    ("Celery on RabbitMQ", QueueLoad.CeleryOnRabbitMqAsync, false),
                    ("Celery on RabbitMQ without its management API", QueueLoad.CeleryOnBareRabbitMqAsync, false),
                ]
        )
        {
            try
            {
                rows.Add(await MeasureAsync(name, start, onRedis, cancellationToken));
            }
            catch (OpsRestartException e)
            {
                missing.Add($"{name} was not measured: {e.Message}");
            }
        }

        return
        [
            new Table(
                Title,
                ["system", "tasks", "proof", "verdict after the true end: median", "worst", "false verdicts", "Redis while waiting"],
                rows
            )
            {
                Notes =
                [
                    .. missing,
                    "The true end is what the tasks themselves write down. A verdict is false when any task begins or ends after it.",
                    "Must be: no false verdict; a median of at most 100 ms where the proof is exact; under 1 % of a core of Redis "
                        + "(its load while one drain waits, less its load with the same workers and no drain).",
                    "Without its management API RabbitMQ tells less: three equal looks, 150 ms apart, stand for the proof, and the "
                        + "verdict says inspect. Where workers know tasks with a rate limit, it waits for the period of the slowest rate "
                        + "too.",
                ],
            },
        ];
    }

    private static async Task<IReadOnlyList<string>> MeasureAsync(
        string name,
        Func<CancellationToken, Task<QueueLoad>> start,
        bool onRedis,
        CancellationToken cancellationToken
    )
    {
        await using var load = await start(cancellationToken);
        await using var system = await load.OpenAsync(cancellationToken);
        var random = new Random(20);
        List<double> late = [];
        var wrong = 0;
        var proof = new HashSet<string>();
        for (var drain = 0; drain < Drains; drain++)
        {
            foreach (var _ in Enumerable.Range(0, 4))
            {
                await load.SendChainAsync(random.Next(3, 10), random.Next(1, 80) / 1000.0);
            }

            var result = await load.DrainAsync(system, cancellationToken);
            if (!result.IsDrained)
            {
                throw new InvalidOperationException($"{name}: {result.Verdict}: {string.Join("; ", result.Evidence)}");
            }

            proof.Add(result.Confidence.ToString().ToLowerInvariant());
            await Task.Delay(500, cancellationToken);
            var tasks = load.Read();
            wrong +=
                tasks.Any(t => t.At > result.At) || tasks.Count(static t => t.What == "begin") != tasks.Count(static t => t.What == "end")
                    ? 1
                    : 0;
            late.Add((result.At - tasks.Where(static t => t.What == "end").Max(static t => t.At)).TotalMilliseconds);
        }

        late.Sort();
        var processor = onRedis ? await WaitingCostAsync(load, cancellationToken) : (double?)null;
        return
        [
            name,
            load.Read().Count(static t => t.What == "end").ToString(CultureInfo.InvariantCulture),
            string.Join(", ", proof),
            Table.Milliseconds(late[Drains / 2]),
            Table.Milliseconds(late[^1]),
            string.Create(CultureInfo.InvariantCulture, $"{wrong} of {Drains}"),
            processor is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:0.00} % of a core") : "",
        ];
    }

    /// <summary>What a drain that waits for a long task adds to Redis, in percent of a core.</summary>
    private static async Task<double> WaitingCostAsync(QueueLoad load, CancellationToken cancellationToken)
    {
        await load.SendSleepAsync(Waiting.TotalSeconds);
        var alone = await SpentAsync(() => Task.Delay(Waiting + TimeSpan.FromSeconds(1), cancellationToken));
        await using var system = await load.OpenAsync(cancellationToken);
        await load.SendSleepAsync(Waiting.TotalSeconds);
        var draining = await SpentAsync(() => load.DrainAsync(system, cancellationToken));
        return Math.Max(0, draining - alone);

        async Task<double> SpentAsync(Func<Task> run)
        {
            var (cpu, clock) = (await QueueLoad.RedisProcessorAsync(cancellationToken), TimeProvider.System.GetTimestamp());
            await run();
            return 100
                * (await QueueLoad.RedisProcessorAsync(cancellationToken) - cpu)
                / TimeProvider.System.GetElapsedTime(clock).TotalSeconds;
        }
    }
}
