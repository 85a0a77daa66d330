using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Services;

namespace OpsRestart.Bench.Works;

/// <summary>Which of 500 units run?</summary>
internal sealed class ListUnits : IWork
{
    internal const int Count = 500;
    private const int Rounds = 20;

    public string Title => $"The state of {Count} units";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await ManyUnits.StartAsync(Count, cancellationToken);
        await using var session = new OpsSession();
        var manager = await session.Services.GetManagerAsync(ManagerTarget.Here, cancellationToken);
        var query = new ServiceQuery { Names = ["t-many@*"] };

        var slow = new Way(
            $"`systemctl show -p ActiveState UNIT`, {Count} times",
            static ct => Admin.TypesAsync($"for i in $(seq {Count}); do systemctl show -p ActiveState t-many@$i; done", ct)
        );
        await Way.MeasureAsync([slow], 2, null, cancellationToken);
        List<Way> ways =
        [
            Admin.Way("systemctl show -p ActiveState 't-many@*'"),
            Admin.Way("systemctl list-units --output=json 't-many@*'"),
            new("OpsRestart, in process", async ct => Expect(await manager.GetServicesAsync(query, ct)), Own: true),
        ];
        await Way.MeasureAsync(ways, Rounds, null, cancellationToken);
        ways.Insert(0, slow);
        var notes = new List<string>();
        if (PowerShell.IsHere)
        {
            var cmdlet = await PowerShell.MeasureAsync("Get-ManagedService", Rounds, cancellationToken);
            ways.Add(cmdlet);
            notes.Add(Table.Limit("The cmdlet, which lists all units of the host (more than 600)", cmdlet.Median, 25, "ms"));
        }

        return [Table.Of(Title, ways, [.. notes])];
    }

    internal static void Expect(IReadOnlyList<ManagedService> services)
    {
        if (services.Count != Count || services.Any(static s => s.State != ServiceState.Running))
        {
            throw new InvalidOperationException(
                $"{services.Count(static s => s.State == ServiceState.Running)} of {services.Count} run; {Count} should"
            );
        }
    }
}
