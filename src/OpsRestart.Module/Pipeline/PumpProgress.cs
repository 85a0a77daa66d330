using System.Management.Automation;
using OpsRestart.Adapters.Host;

namespace OpsRestart.Pipeline;

/// <summary>The progress bar of one cmdlet: at most ten updates a second, and always an end.</summary>
internal sealed class PumpProgress(Pump pump)
{
    private const int Id = 7267;
    private const long PauseMilliseconds = 100;

    private readonly Lock gate = new();
    private long last = long.MinValue;
    private ProgressRecord? shown;

    /// <param name="activity">What is being done, the same for the whole time.</param>
    /// <param name="status">What is waited for.</param>
    /// <param name="percent">0 to 100; null when not known.</param>
    /// <param name="remaining">The time left; null when not known.</param>
    public void Report(string activity, string status, int? percent = null, TimeSpan? remaining = null)
    {
        lock (gate)
        {
            var now = Environment.TickCount64;
            if (last != long.MinValue && now - last < PauseMilliseconds)
            {
                return;
            }

            last = now;
        }

        var record = new ProgressRecord(Id, ShownText.Line(activity), status.Length == 0 ? " " : ShownText.Line(status))
        {
            PercentComplete = percent ?? -1,
            SecondsRemaining = remaining is { } left ? (int)Math.Min(left.TotalSeconds, int.MaxValue) : -1,
        };
        pump.Post(new PumpItem(c =>
        {
            shown = record;
            c.WriteProgress(record);
            Terminal.Refresh();
        }));
    }

    /// <summary>Shows what is waited for, a few times a second, until it is disposed. Work that is quick shows nothing.</summary>
    public IAsyncDisposable Watch(string activity, Func<(string Status, int? Percent)> describe) => new Watcher(this, activity, describe);

    /// <summary>Takes the bar away. On the pipeline thread.</summary>
    public void Complete(PSCmdlet cmdlet, bool writable)
    {
        if (shown is null)
        {
            return;
        }

        var end = new ProgressRecord(Id, shown.Activity, shown.StatusDescription) { RecordType = ProgressRecordType.Completed };
        shown = null;
        if (writable)
        {
            cmdlet.WriteProgress(end);
        }
        else
        {
            HostNotice.EndProgress(cmdlet, end);
        }
    }

    private sealed class Watcher : IAsyncDisposable
    {
        private readonly PeriodicTimer timer = new(TimeSpan.FromMilliseconds(250));
        private readonly Task loop;

        public Watcher(PumpProgress progress, string activity, Func<(string Status, int? Percent)> describe) => loop = LoopAsync(progress, activity, describe);

        public async ValueTask DisposeAsync()
        {
            timer.Dispose();
            await loop.ConfigureAwait(false);
        }

        private async Task LoopAsync(PumpProgress progress, string activity, Func<(string Status, int? Percent)> describe)
        {
            while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                var (status, percent) = describe();
                progress.Report(activity, status, percent);
            }
        }
    }
}
