using OpsRestart.Adapters.Composition;
using OpsRestart.Bench.Measuring;
using OpsRestart.Core.Services;

namespace OpsRestart.Bench.Works;

/// <summary>Stop and start 100 units.</summary>
internal sealed class StopStart : IWork
{
    private const int Count = 100;

    public string Title => $"Stop and start {Count} units";

    public async Task<IReadOnlyList<Table>> MeasureAsync(CancellationToken cancellationToken)
    {
        await ManyUnits.StartAsync(Count, cancellationToken);
        await using var session = new OpsSession();
        var manager = await session.Services.GetManagerAsync(ManagerTarget.Here, cancellationToken);
        var names = ManyUnits.Names(Count);
        List<Way> ways =
        [
            new(
                "`systemctl stop UNIT; systemctl start UNIT`, one by one",
                static ct => Admin.TypesAsync($"for i in $(seq {Count}); do systemctl stop t-many@$i; systemctl start t-many@$i; done", ct)
            ),
            new(
                "`systemctl stop UNITS; systemctl start UNITS`",
                static ct => Admin.TypesAsync($"u=$(seq -f 't-many@%g' {Count}); systemctl stop $u; systemctl start $u", ct)
            ),
            new(
                "OpsRestart, in process, each job awaited with its own result",
                async ct =>
                {
                    await Task.WhenAll(names.Select(n => manager.StopAsync(n, ct)));
                    var started = await Task.WhenAll(names.Select(n => manager.StartAsync(n, ct)));
                    if (started.FirstOrDefault(static r => !r.Succeeded) is { } failed)
                    {
                        throw new InvalidOperationException($"{failed.Name}: {failed.Raw}");
                    }
                },
                Own: true
            ),
        ];
        await Way.MeasureAsync(ways, 7, null, cancellationToken);
        return [Table.Of(Title, ways)];
    }
}
