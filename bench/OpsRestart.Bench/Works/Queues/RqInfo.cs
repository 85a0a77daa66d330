using OpsRestart.Bench.Measuring;

namespace OpsRestart.Bench.Works.Queues;

/// <summary>The queues and workers of RQ.</summary>
internal sealed class RqInfo : IWork
{
    private const int Rounds = 20;

    public string Title => "RQ: queues and workers";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var load = await QueueLoad.RqAsync(cancellationToken);
        await using var system = await load.OpenAsync(cancellationToken);
        await load.SendChainAsync(2, 0.01);
        List<Way> ways =
        [
            Admin.Way($"rq info --url {load.Broker}"),
            new(
                "OpsRestart, in process",
                async ct =>
                {
                    await system.GetQueuesAsync([], ct);
                    await system.GetWorkersAsync(ct);
                },
                Own: true
            ),
        ];
        await Way.MeasureAsync(ways, Rounds, null, cancellationToken);
        var notes = new List<string>();
        if (PowerShell.IsHere)
        {
            var cmdlet = await PowerShell.MeasureAsync($"Get-WorkQueue {load.Broker}", Rounds, cancellationToken);
            ways.Add(cmdlet);
            notes.Add(Table.AtLeast("`rq info` against `Get-WorkQueue`", ways[0].Median / cmdlet.Median, 20));
        }

        return [Table.Of(Title, ways, [.. notes])];
    }
}
