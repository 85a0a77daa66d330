using Xunit.Runner.InProc.SystemConsole;

namespace OpsRestart.Tests.System.Harness;

/// <summary>
/// These tests stop services, reload the service manager and kill processes, as root: the program refuses to run anywhere but in a
/// throwaway host.
/// </summary>
internal static class Program
{
    /// <summary>Exit code 77 is the test runners' word for "skipped".</summary>
    private const int CannotRunHere = 77;

    private static readonly string[] Harmless = ["-list", "-assemblyInfo", "-h", "-?", "--help"];

    public static async Task<int> Main(string[] args)
    {
        if (TestHost.IsHere || args.Any(Harmless.Contains))
        {
            Pace.Watch();
            return await ConsoleRunner.Run(args);
        }

        await Console.Error.WriteLineAsync("These tests run inside a throwaway host only: ./build.sh test");
        return CannotRunHere;
    }
}
