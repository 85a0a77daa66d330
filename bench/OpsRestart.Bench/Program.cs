using System.Runtime.InteropServices;
using OpsRestart.Bench.Measuring;
using OpsRestart.Bench.Works;
using OpsRestart.Bench.Works.Queues;

namespace OpsRestart.Bench;

/// <summary>
/// OpsRestart.Bench FILE [NAME]...: measures what an admin would type beside what OpsRestart does, in the same run and the same host, and
/// writes FILE. It stops and starts units as root, so it runs inside a throwaway host only: <c>./build.sh bench</c>.
/// </summary>
internal static class Program
{
    private static readonly IReadOnlyList<IWork> Works =
    [
        new ListUnits(),
        new UnitDetails(),
        new StopStart(),
        new SlowStop(),
        new ProgramStates(),
        new SlowPrograms(),
        new Makespan(),
        new ModuleImport(),
        new CeleryInspect(),
        new CelerySuspension(),
        new RqInfo(),
        new RabbitMqList(),
        new QueueCheck(),
        new DrainEnd(),
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
        var failed = false;
        foreach (
            var work in Works.Where(w =>
                args.Length == 1 || args.Skip(1).Any(a => w.GetType().Name.Contains(a, StringComparison.OrdinalIgnoreCase))
            )
        )
        {
            Console.WriteLine($"bench: {work.Title}");
            failed |= !await MeasureAsync(work, page, stop.Token);
        }

        await File.WriteAllTextAsync(args[0], page.ToMarkdown());
        return failed ? 1 : 0;
    }

    /// <summary>One that fails says so, and the others are measured all the same.</summary>
    private static async Task<bool> MeasureAsync(IWork work, Page page, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var table in await work.MeasureAsync(cancellationToken))
            {
                page.Add(table);
                Console.WriteLine(table.ToText());
            }

            return true;
        }
        catch (Exception e) when (e is OpsRestartException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"bench: {work.Title}: {e.Message}");
            return false;
        }
    }
}
