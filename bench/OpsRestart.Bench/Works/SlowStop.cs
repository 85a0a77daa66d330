using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;

namespace OpsRestart.Bench.Works;

/// <summary>Stop 20 units, each of which takes 2 s for it.</summary>
internal sealed class SlowStop : IWork
{
    private const int Count = 20;

    public string Title => $"Stop {Count} units that take 2 s each";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var session = new OpsSession();
        var graph = new ServiceGraph
        {
            Name = "slow-stop",
            Nodes = [.. Enumerable.Range(1, Count).Select(static i => new ServiceNode { Name = $"n{i}", Service = $"t-stop-2s@{i}" })],
        };
        var plan = session.Plan(graph, GraphOperation.Stop, new PlanOptions());
        Task Start(CancellationToken ct) => Admin.TypesAsync($"systemctl start $(seq -f 't-stop-2s@%g' {Count})", ct);

        var slow = new Way(
            "`systemctl stop UNIT`, one by one",
            static ct => Admin.TypesAsync($"for i in $(seq {Count}); do systemctl stop t-stop-2s@$i; done", ct)
        );
        await Start(cancellationToken);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        await slow.RunAsync(cancellationToken);
        slow.Times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);

        List<Way> ways =
        [
            new("`systemctl stop UNITS`", static ct => Admin.TypesAsync($"systemctl stop $(seq -f 't-stop-2s@%g' {Count})", ct)),
            new(
                "OpsRestart: a graph, each control group seen empty",
                async ct => Runs.Expect(await session.RunAsync(plan, new RunOptions(), null, static _ => { }, ct)),
                Own: true
            ),
        ];
        await Way.MeasureAsync(ways, 3, Start, cancellationToken);
        ways.Insert(0, slow);
        return [Table.Of(Title, ways)];
    }
}
