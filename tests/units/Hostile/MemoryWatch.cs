namespace OpsRestart.Tests.Units.Hostile;

/// <summary>The most memory that was in use at once since it began, beyond what was then.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private const long Suspicious = 100 * 1024 * 1024;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _watcher;
    private readonly long _before;
    private long _peak;

    public MemoryWatch()
    {
        GC.Collect();
        _before = Resident();
        _watcher = new Thread(Watch) { IsBackground = true, Name = "memory watch" };
        _watcher.Start();
    }

    public long PeakMegabytes => Math.Max(0, Volatile.Read(ref _peak)) / (1024 * 1024);

    public void Dispose()
    {
        _stop.Cancel();
        _watcher.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        do
        {
            if (Resident() - _before > Suspicious)
            {
                // What nobody holds any more is not in use, however long the collector leaves it.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
            }

            _peak = Math.Max(_peak, Resident() - _before);
        } while (!_stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(20)));
    }

    // proc(5), statm: size resident … in pages.
    private static long Resident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)
        * Environment.SystemPageSize;
}
