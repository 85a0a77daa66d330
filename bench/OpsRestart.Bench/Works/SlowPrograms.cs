using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Execution;
using OpsRestart.Core.Planning;

namespace OpsRestart.Bench.Works;

/// <summary>Restart 20 programs of supervisord, each of which takes 2 s to stop, and 1 s (startsecs) to start.</summary>
internal sealed class SlowPrograms : IWork
{
    public string Title => $"Restart {ManyPrograms.Slow} programs of supervisord that take 2 s to stop";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var programs = await ManyPrograms.StartAsync(cancellationToken);
        await using var session = new OpsSession();
        var manager = await session.Services.GetManagerAsync(programs.Target, cancellationToken);
        string[] names = [.. Enumerable.Range(0, ManyPrograms.Slow).Select(static i => $"slow:slow_{i:00}")];
        var graph = new ServiceGraph
        {
            Name = "slow-programs",
            Nodes =
            [
                new ServiceNode
                {
                    Name = "slow",
                    Service = "slow:*",
                    Manager = ServiceManagerKind.Supervisor,
                    Socket = programs.Target.Socket,
                },
            ],
        };
        var plan = await session.PlanAsync(graph, GraphOperation.Restart, new PlanOptions { SkipValidation = true }, cancellationToken);

        // These take a minute each, and are done once.
        List<Way> slow =
        [
            new(
                "`supervisorctl restart NAMES`: all down first, one by one",
                ct => Admin.TypesAsync($"{programs.Control} restart {string.Join(' ', names)}", ct)
            ),
            new("OpsRestart, as Restart-ManagedService 'slow:*': one after the other, never two down", OneByOneAsync, Own: true),
        ];
        foreach (var way in slow)
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            await way.RunAsync(cancellationToken);
            way.Times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        List<Way> atOnce =
        [
            new("`supervisorctl restart slow:*`: all down first", ct => Admin.TypesAsync($"{programs.Control} restart 'slow:*'", ct)),
            new(
                "OpsRestart: a graph, each seen gone and up again",
                async ct => Runs.Expect(await session.RunAsync(plan, new RunOptions(), null, static _ => { }, ct)),
                Own: true
            ),
        ];
        await Way.MeasureAsync(atOnce, 3, null, cancellationToken);
        return [Table.Of(Title, [slow[0], .. atOnce, slow[1]])];

        async Task OneByOneAsync(CancellationToken ct)
        {
            foreach (var name in names)
            {
                if (!(await manager.RestartAsync(name, ct)).Succeeded)
                {
                    throw new InvalidOperationException($"{name} did not come back");
                }
            }
        }
    }
}
