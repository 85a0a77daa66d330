using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Services;

namespace OpsRestart.Bench.Works;

/// <summary>Which of 200 programs of supervisord run?</summary>
internal sealed class ProgramStates : IWork
{
    private const int Rounds = 20;

    public string Title => $"The state of {ManyPrograms.Count} programs of supervisord";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var programs = await ManyPrograms.StartAsync(cancellationToken);
        await using var session = new OpsSession();
        var manager = await session.Services.GetManagerAsync(programs.Target, cancellationToken);
        List<Way> ways =
        [
            new("`supervisorctl status many:*`", ct => Admin.TypesAsync($"{programs.Control} status 'many:*'", ct)),
            new("OpsRestart, in process", async ct => Expect(await manager.GetServicesAsync(Query(detailed: false), ct)), Own: true),
            new(
                "OpsRestart, in process, as the cmdlet asks",
                async ct => Expect(await manager.GetServicesAsync(Query(detailed: true), ct)),
                Own: true
            ),
        ];
        await Way.MeasureAsync(ways, Rounds, null, cancellationToken);
        if (PowerShell.IsHere)
        {
            ways.Add(
                await PowerShell.MeasureAsync($"Get-ManagedService 'many:*' -Socket {programs.Target.Socket}", Rounds, cancellationToken)
            );
        }

        return [Table.Of(Title, ways)];
    }

    private static ServiceQuery Query(bool detailed) => new() { Names = ["many:*"], Detailed = detailed };

    private static void Expect(IReadOnlyList<ManagedService> services)
    {
        var running = services.Count(static s => s.ActiveState == "RUNNING");
        if (services.Count != ManyPrograms.Count || running != ManyPrograms.Count)
        {
            throw new InvalidOperationException($"{running} of {services.Count} run; {ManyPrograms.Count} should");
        }
    }
}
