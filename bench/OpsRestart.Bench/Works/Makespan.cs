using System.Globalization;
using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;

namespace OpsRestart.Bench.Works;

/// <summary>Start a graph of 60 units whose start delays are known: how near to the longest chain, which no schedule can beat?</summary>
internal sealed class Makespan : IWork
{
    private const int Layers = 10;
    private const int PerLayer = 6;
    private const int Rounds = 3;

    public string Title => $"Start a graph of {Layers * PerLayer} units with known start delays";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        var nodes = Nodes();
        var chain = LongestChain(nodes);
        await using var session = new OpsSession();
        var plan = session.Plan(new ServiceGraph { Name = "makespan", Nodes = nodes }, GraphOperation.Start, new PlanOptions());
        var units = string.Join(' ', nodes.Select(static n => n.Service));
        Task Stop(CancellationToken ct) => Admin.TypesAsync($"systemctl stop {units}", ct);

        List<ServiceGraphRun> runs = [];
        var levels = string.Join(
            "; ",
            nodes.Chunk(PerLayer).Select(static l => $"systemctl start {string.Join(' ', l.Select(static n => n.Service))}")
        );
        var own = new Way(
            "OpsRestart: each unit the moment its needs are ready",
            async ct => runs.Add(Runs.Expect(await session.RunAsync(plan, new RunOptions(), null, static _ => { }, ct))),
            Own: true
        );
        List<Way> ways = [new("`systemctl start LEVEL`, level by level", ct => Admin.TypesAsync(levels, ct)), own];
        await Way.MeasureAsync(ways, Rounds, Stop, cancellationToken);

        var oneByOne = new Way("one by one (the sum of the delays)", static _ => Task.CompletedTask);
        oneByOne.Times.Add(nodes.Sum(Delay));
        ways.Insert(0, oneByOne);
        var critical = new Way("the longest chain of delays: no schedule is quicker", static _ => Task.CompletedTask);
        critical.Times.Add(chain);
        ways.Add(critical);
        return
        [
            Table.Of(
                Title,
                ways,
                Table.Limit("Makespan against the longest chain of delays", own.Median / chain, 1.05, "×"),
                Table.Limit(
                    "Makespan against the run's own critical path (what its units really took)",
                    runs.Max(static r => r.Duration / r.CriticalPath),
                    1.05,
                    "×"
                )
            ),
        ];
    }

    private static double Delay(ServiceNode node) => double.Parse(node.Service.Split('@')[1], CultureInfo.InvariantCulture);

    /// <summary>
    /// Each unit needs two of the layer before; all delays differ (100 to 1000 ms), since the delay is the template's instance.
    /// </summary>
    private static List<ServiceNode> Nodes()
    {
        var random = new Random(60);
        var delays = Enumerable.Range(0, Layers * PerLayer).Select(static i => 100 + (i * 15)).ToArray();
        random.Shuffle(delays);
        return
        [
            .. delays.Select(
                (delay, i) =>
                    new ServiceNode
                    {
                        Name = $"n{i}",
                        Service = string.Create(CultureInfo.InvariantCulture, $"bench-start@{delay}"),
                        Needs =
                            i < PerLayer
                                ? []
                                :
                                [
                                    .. Enumerable
                                        .Range(0, 2)
                                        .Select(_ => $"n{(((i / PerLayer) - 1) * PerLayer) + random.Next(PerLayer)}")
                                        .Distinct(),
                                ],
                    }
            ),
        ];
    }

    private static double LongestChain(List<ServiceNode> nodes)
    {
        var ends = new Dictionary<string, double>();
        foreach (var node in nodes)
        {
            ends[node.Name] = Delay(node) + node.Needs.Select(n => ends[n]).DefaultIfEmpty().Max();
        }

        return ends.Values.Max();
    }
}
