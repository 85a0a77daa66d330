using System.Runtime.InteropServices;
using OpsRestart.Bench.Measuring;
using OpsRestart.Bench.Works;
using OpsRestart.Bench.Works.Queues;

namespace OpsRestart.Bench;

/// <summary>
/// OpsRestart.Bench FILE [NAME]...: measures what an admin would type beside what OpsRestart does, in the same run and the same host, and writes FILE.
/// It stops and starts units as root, so it runs inside a throwaway host only: <c>./build.sh bench</c>.
/// </summary>
internal static class Program
{
    private static readonly IReadOnlyList<IWork> Works =
    [
        new ListUnits(), new UnitDetails(), new StopStart(), new SlowStop(), new Makespan(), new ModuleImport(),
        new CeleryInspect(), new RqInfo(), new RabbitMqList(), new DrainEnd(),
    ];

    public static async Task<int> Main(string[] args)
    {
        if (Environment.GetEnvironmentVariable("OPSRESTART_TEST_HOST") != "1" || args.Length == 0)
        {
            await Console.Error.WriteLineAsync("OpsRestart.Bench FILE [NAME]... inside a throwaway host: ./build.sh bench");
            return 77;
        }

        using var stop = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => stop.Cancel());
        var page = new Page();
        foreach (var work in Works.Where(w => args.Length == 1 || args.Skip(1).Any(a => w.GetType().Name.Contains(a, StringComparison.OrdinalIgnoreCase))))
        {
            Console.WriteLine($"bench: {work.Title}");
            foreach (var table in await work.MeasureAsync(stop.Token))
            {
                page.Add(table);
                Console.WriteLine(table.ToText());
            }
        }

        await File.WriteAllTextAsync(args[0], page.ToMarkdown());
        return 0;
    }
}
