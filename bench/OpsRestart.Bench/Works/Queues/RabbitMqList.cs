using OpsRestart.Bench.Measuring;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>The queues of RabbitMQ, with what waits and what is unacknowledged.</summary>
internal sealed class RabbitMqList : IWork
{
    private const int Rounds = 10;

    public string Title => "RabbitMQ: list the queues";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var load = await QueueLoad.CeleryOnRabbitMqAsync(cancellationToken);
        await using var system = await load.OpenAsync("rabbitmq", ["celery"], cancellationToken);
        List<Way> ways =
        [
            Admin.Way("rabbitmqctl list_queues name messages_ready messages_unacknowledged consumers"),
            new("OpsRestart, in process", ct => system.GetQueuesAsync(["celery"], ct), Own: true),
        ];
        await Way.MeasureAsync(ways, Rounds, null, cancellationToken);
        if (PowerShell.IsHere)
        {
            ways.Add(
                await PowerShell.MeasureAsync($"Get-WorkQueue '{load.Broker}' -System rabbitmq -Queue celery", Rounds, cancellationToken)
            );
        }

        return [Table.Of(Title, ways)];
    }
}
