using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Queues;

namespace OpsRestart.Tests.System.Runs;

/// <summary>A broker and workers as units, and producers outside of the graph that never stop.</summary>
internal sealed class FedStack(
    string what,
    ServiceNode broker,
    GraphQueue queue,
    Ledger ledger,
    Feeder feeder,
    Func<string, Task<string>> log,
    params IAsyncDisposable[] parts
) : IAsyncDisposable
{
    public Ledger Ledger => ledger;

    public Feeder Feeder => feeder;

    public IReadOnlyList<string> Workers => queue.ConsumedBy;

    public ServiceGraph Graph(DrainLevel drain) =>
        new()
        {
            Name = "t-fed",
            Nodes =
            [
                broker,
                .. Workers.Select(w => new ServiceNode
                {
                    Name = w,
                    Service = w,
                    Role = "worker",
                    Needs = [broker.Name],
                    Ready = [Probe(w)],
                }),
            ],
            Queues = [queue with { Drain = drain }],
        };

    /// <summary>With more time than a worker's start takes on a machine that is busy with others.</summary>
    private ProbeDefinition Probe(string worker) =>
        new()
        {
            Kind = queue.System,
            Target = queue.Broker,
            Within = TimeSpan.FromMinutes(5),
            Every = TimeSpan.FromMilliseconds(200),
            Settings =
                queue.System == "celery"
                    ? new Dictionary<string, object?>(queue.Settings) { ["workers"] = CeleryProgram.NodeName(worker) }
                    : new Dictionary<string, object?>(),
        };

    public async Task<IReadOnlyDictionary<string, string>> InvocationsAsync()
    {
        var invocations = new Dictionary<string, string>();
        foreach (var unit in Workers.Prepend(broker.Service))
        {
            invocations[unit] = await Systemctl.ShowAsync(unit, "InvocationID");
        }

        return invocations;
    }

    /// <summary>The last lines of a worker's log.</summary>
    public async Task<string> LogOfAsync(string worker) => string.Join('\n', (await log(worker)).TrimEnd('\n').Split('\n').TakeLast(30));

    public override string ToString() => what;

    public async ValueTask DisposeAsync()
    {
        await feeder.DisposeAsync();
        foreach (var part in parts)
        {
            await part.DisposeAsync();
        }
    }
}
