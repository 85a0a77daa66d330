namespace OpsRestart.Pipeline;

/// <summary>The progress bar of one cmdlet: at most ten updates a second, and always an end.</summary>
internal sealed class PumpProgress(Pump pump)
{
    private const int Id = 7267;
    private const long PauseMilliseconds = 100;

    private readonly Lock _gate = new();
    private long _last = long.MinValue;
    private ProgressRecord? _shown;

    /// <param name="activity">What is being done, the same for the whole time.</param>
    /// <param name="status">What is waited for.</param>
    /// <param name="percent">0 to 100; null when not known.</param>
    public void Report(string activity, string status, int? percent)
    {
        lock (_gate)
        {
            var now = Environment.TickCount64;
            if (_last != long.MinValue && now - _last < PauseMilliseconds)
            {
                return;
            }

            _last = now;
        }

        var record = new ProgressRecord(Id, ShownText.Line(activity), status.Length == 0 ? " " : ShownText.Line(status))
        {
            PercentComplete = percent ?? -1,
        };
        pump.Post(
            new PumpItem(c =>
            {
                _shown = record;
                c.WriteProgress(record);
                Terminal.Refresh();
            })
        );
    }

    /// <summary>Shows what is waited for, a few times a second, until it is disposed. Work that is quick shows nothing.</summary>
    public IAsyncDisposable Watch(string activity, Func<(string Status, int? Percent)> describe) => new Watcher(this, activity, describe);

    /// <summary>Takes the bar away. On the pipeline thread.</summary>
    public void Complete(PSCmdlet cmdlet, bool writable)
    {
        if (_shown is null)
        {
            return;
        }

        var end = new ProgressRecord(Id, _shown.Activity, _shown.StatusDescription) { RecordType = ProgressRecordType.Completed };
        _shown = null;
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
        private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(250));
        private readonly Task _loop;

        public Watcher(PumpProgress progress, string activity, Func<(string Status, int? Percent)> describe) =>
            _loop = LoopAsync(progress, activity, describe);

        public async ValueTask DisposeAsync()
        {
            _timer.Dispose();
            await _loop.ConfigureAwait(false);
        }

        private async Task LoopAsync(PumpProgress progress, string activity, Func<(string Status, int? Percent)> describe)
        {
            while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
            {
                var (status, percent) = describe();
                progress.Report(activity, status, percent);
            }
        }
    }
}
