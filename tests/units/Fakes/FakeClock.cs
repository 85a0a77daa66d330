namespace OpsRestart.Tests.Units.Fakes;

/// <summary>
/// A clock that stands still until it is moved, and that can move itself to the next timer whenever nothing else is left to do.
/// </summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time from timer to timer until the task has ended; fails when nothing is left that could end it.</summary>
    public async Task<T> RunAsync<T>(Task<T> task)
    {
        var idle = 0;
        while (!task.IsCompleted)
        {
            // A long jump is a deadline more often than the next thing to happen: be surer that nothing else is under way.
            await Task.WhenAny(task, QuietAsync(NextIn() > TimeSpan.FromSeconds(10) ? 40 : 3));
            if (!task.IsCompleted && !FireNext())
            {
                // Nothing is scheduled: either a continuation is just about to run, or this is a deadlock.
                Assert.True(++idle < 500, "Nothing is left to do, and the task has not ended.");
            }
            else
            {
                idle = 0;
            }
        }

        return await task;
    }

    /// <summary>Waits (really) until the thread pool has had nothing to do for some looks.</summary>
    private static async Task QuietAsync(int looks)
    {
        for (var calm = 0; calm < looks; )
        {
            var before = ThreadPool.CompletedWorkItemCount;
            await Task.Factory.StartNew(
                static () => Thread.Sleep(1),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            calm = ThreadPool.PendingWorkItemCount == 0 && ThreadPool.CompletedWorkItemCount - before <= 2 && !IsBusy() ? calm + 1 : 0;
        }
    }

    // A pool thread that compiles a method for the first time, or throws its first exception, completes nothing for a while and is still at
    // work.
    private static bool IsBusy()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        return free < most - (Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
    }

    private TimeSpan NextIn()
    {
        lock (_gate)
        {
            return _timers.Count == 0 ? TimeSpan.Zero : _timers.Min(static t => t.Due) - _now;
        }
    }

    private bool FireNext()
    {
        FakeTimer? next;
        lock (_gate)
        {
            next = _timers.MinBy(static t => t.Due);
            if (next is null)
            {
                return false;
            }

            _now = next.Due > _now ? next.Due : _now;
            _timers.Remove(next);
        }

        next.Fire();
        return true;
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Fire()
        {
            callback(state);
            if (_period > TimeSpan.Zero)
            {
                Change(_period, _period);
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
