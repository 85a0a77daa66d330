namespace OpsRestart.Tests.Units.Hostile;

/// <summary>The most memory that was in use at once since it began, beyond what was then.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private const long Suspicious = 100 * 1024 * 1024;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread watcher;
    private readonly long before;
    private long peak;

    public MemoryWatch()
    {
        GC.Collect();
        before = Resident();
        watcher = new Thread(Watch) { IsBackground = true, Name = "memory watch" };
        watcher.Start();
    }

    public long PeakMegabytes => Math.Max(0, Volatile.Read(ref peak)) / (1024 * 1024);

    public void Dispose()
    {
        stop.Cancel();
        watcher.Join();
        stop.Dispose();
    }

    private void Watch()
    {
        do
        {
            if (Resident() - before > Suspicious)
            {
                // What nobody holds any more is not in use, however long the collector leaves it.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
            }

            peak = Math.Max(peak, Resident() - before);
        }
        while (!stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20)));
    }

    // proc(5), statm: size resident … in pages.
    private static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
