using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>
/// Whether a queue has its consumer and no backlog. Zulip's Nagios plugins check_rabbitmq_queues and check_rabbitmq_consumers ask
/// rabbitmqctl for two lists, and judge them in Python; the lists alone are measured.
/// </summary>
internal sealed class QueueCheck : IWork
{
    private const int Rounds = 10;

    public string Title => "RabbitMQ: check the queues, beside what Zulip's own check asks";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var load = await QueueLoad.CeleryOnRabbitMqAsync(cancellationToken);
        await using var session = new OpsSession();
        var probe = new ProbeDefinition
        {
            Kind = "amqp",
            Target = load.Broker,
            Settings = new Dictionary<string, object?>
            {
                ["queues"] = new List<object?> { "celery" },
                ["minConsumers"] = 1,
                ["maxMessages"] = 50,
            },
        };
        List<Way> ways =
        [
            Admin.Way("rabbitmqctl list_queues name messages consumers; rabbitmqctl list_consumers"),
            new("OpsRestart, in process", CheckAsync, Own: true),
        ];
        await Way.MeasureAsync(ways, Rounds, null, cancellationToken);
        if (PowerShell.IsHere)
        {
            ways.Add(
                await PowerShell.MeasureAsync(
                    $"Test-ServiceHealth @{{ amqp = '{load.Broker}'; queues = 'celery'; minConsumers = 1; maxMessages = 50 }}",
                    Rounds,
                    cancellationToken
                )
            );
        }

        return [Table.Of(Title, ways)];

        async Task CheckAsync(CancellationToken token)
        {
            var result = (await session.CheckAsync([probe], token))[0];
            if (!result.IsGood)
            {
                throw new InvalidOperationException(result.ToString());
            }
        }
    }
}
