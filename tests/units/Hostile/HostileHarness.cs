using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace OpsRestart.Tests.Units.Hostile;

/// <summary>Runs the inputs of a suite, several at a time, and judges: an answer in time, fit to be shown, and nothing left.</summary>
internal sealed class HostileHarness(IHostileSuite suite)
{
    private const long MostMegabytes = 200;
    private const int AtATime = 16;
    private static readonly TimeSpan Tidy = TimeSpan.FromSeconds(10);
    private readonly ConcurrentQueue<string> _faults = new();

    public async Task<HostileReport> RunAsync(int seed, CancellationToken cancellationToken)
    {
        // One that failed is tried alone by (a part of) its name.
        var only = Environment.GetEnvironmentVariable("OPSRESTART_TEST_HOSTILE") ?? "";
        var inputs = suite.Inputs(new Random(seed)).Where(i => i.Name.Contains(only, StringComparison.Ordinal)).ToList();
        if (inputs.Count == 0)
        {
            return new HostileReport(suite.GetType().Name, seed, 0, TimeSpan.Zero, 0, []);
        }

        // What the first use of a thing loads (assemblies, the thread pool) is no leak.
        await OneAsync(inputs[0], cancellationToken);
        var (open, children) = (Open(), Children());
        using var memory = new MemoryWatch();
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            inputs,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (i, c) => await OneAsync(i, c)
        );
        var took = clock.Elapsed;
        await NothingLeftAsync("descriptors", static () => Open().Count, open.Count + AtATime, cancellationToken);
        if (_faults.Any(static f => f.Contains("descriptors are left", StringComparison.Ordinal)))
        {
            _faults.Enqueue(
                string.Join(
                    ", ",
                    Open().Except(open).Select(static f => f.Split(':')[0]).CountBy(static f => f).Select(static f => $"{f.Value} {f.Key}")
                )
            );
        }

        await NothingLeftAsync("child processes", Children, children, cancellationToken);
        var peak = memory.PeakMegabytes;
        if (peak > MostMegabytes)
        {
            _faults.Enqueue(string.Create(CultureInfo.InvariantCulture, $"took {peak} MB, more than {MostMegabytes}"));
        }

        return new HostileReport(suite.GetType().Name, seed, inputs.Count, took, peak, [.. _faults.Distinct()]);
    }

    private async Task OneAsync(HostileInput input, CancellationToken cancellationToken)
    {
        try
        {
            var shown = await suite.TryAsync(input, cancellationToken).WaitAsync(input.Deadline, cancellationToken);
            Judge(input, shown);
        }
        catch (OpsRestartException e)
        {
            Judge(input, $"{e.Error} {e.Message} {e.Target} {e.Advice}");
        }
        catch (TimeoutException)
        {
            _faults.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{input.Name}: no end within {input.Deadline.TotalSeconds} s"));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _faults.Enqueue(
                $"{input.Name}: {e.GetType().Name}: {e.Message} at "
                    + $"{e.StackTrace?.Split('\n').FirstOrDefault(static l => l.Contains("OpsRestart", StringComparison.Ordinal))?.Trim()}"
            );
        }
    }

    private void Judge(HostileInput input, string shown)
    {
        if (shown.Contains("Unexpected", StringComparison.Ordinal) || shown.Contains("Exception:", StringComparison.Ordinal))
        {
            _faults.Enqueue($"{input.Name}: {Safe(shown)}");
        }

        if (shown.Any(static c => char.IsControl(c) && c is not '\n'))
        {
            _faults.Enqueue($"{input.Name}: a control character in: {Safe(shown)}");
        }

        foreach (var secret in input.Secrets.Where(s => shown.Contains(s, StringComparison.OrdinalIgnoreCase)))
        {
            _faults.Enqueue($"{input.Name}: shows '{Safe(secret)}' in: {Safe(shown)}");
        }
    }

    private async Task NothingLeftAsync(string what, Func<int> count, int most, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (count() > most && clock.Elapsed < Tidy)
        {
            // What only a finalizer would close was left, but may be another test's: those are given no time here.
            await Task.Delay(20, cancellationToken);
        }

        if (count() is var left && left > most)
        {
            _faults.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{left} {what} are left, there were at most {most}"));
        }
    }

    private static List<string> Open() =>
        [
            .. Directory
                .GetFileSystemEntries("/proc/self/fd")
                .Select(static f => new FileInfo(f).LinkTarget ?? "gone")
                .Where(static f => !f.EndsWith(".dll", StringComparison.Ordinal)),
        ]; // What the runtime loads stays open.

    private static int Children() =>
        Directory
            .GetDirectories("/proc/self/task")
            .Sum(static t =>
            {
                try
                {
                    return File.ReadAllText($"{t}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
                }
                catch (IOException)
                {
                    // The thread has ended.
                    return 0;
                }
            });

    private static string Safe(string text) =>
        string.Concat(
            text.Take(400)
                .Select(static c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}") : c.ToString())
        );
}
