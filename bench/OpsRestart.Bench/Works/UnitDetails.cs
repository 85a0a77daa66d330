using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Services;

namespace OpsRestart.Bench.Works;

/// <summary>Pid, memory, tasks, restarts, since, result of 500 units.</summary>
internal sealed class UnitDetails : IWork
{
    private const int Rounds = 10;

    public string Title => $"The details of {ListUnits.Count} units: pid, memory, tasks, restarts, since, result";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await ManyUnits.StartAsync(ListUnits.Count, cancellationToken);
        await using var session = new OpsSession();
        var manager = await session.Services.GetManagerAsync(ManagerTarget.Here, cancellationToken);
        var query = new ServiceQuery { Names = ["t-many@*"], Detailed = true };
        var own = new Way("OpsRestart, in process", async ct => ListUnits.Expect(await manager.GetServicesAsync(query, ct)), Own: true);
        var all = Admin.Way("systemctl show 't-many@*'");
        List<Way> ways =
        [
            all,
            Admin.Way("systemctl show -p MainPID,MemoryCurrent,TasksCurrent,NRestarts,StateChangeTimestamp,Result 't-many@*'"),
            own,
        ];
        await Way.MeasureAsync(ways, Rounds, null, cancellationToken);
        if (PowerShell.IsHere)
        {
            ways.Add(await PowerShell.MeasureAsync("Get-ManagedService t-many@*", Rounds, cancellationToken));
        }

        return
        [
            Table.Of(Title, ways, Table.Limit("OpsRestart against one `systemctl show` of them all", own.Median / all.Median, 0.5, "×")),
        ];
    }
}
