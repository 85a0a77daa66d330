using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Holds RQ's suspension and renews it; when this process dies, the flag expires and the workers go on by themselves.</summary>
internal sealed class RqLease : IQueueLease
{
    private static readonly TimeSpan WakeWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    // Somebody else's flag can go at any moment, and workers look for it once a second.
    private static readonly TimeSpan TakeOverEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ResumeWithin = TimeSpan.FromSeconds(3);
    private readonly RqStore _store;
    private readonly RqStore _renewer;
    private readonly RqFlag _flag;
    private readonly RqNoops _noops;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _waking = new(1, 1);
    private Task _renewal = Task.CompletedTask;
    private bool? _cleared;
    private bool _ended;

    private RqLease(RedisEndpoint endpoint, RqSettings settings, SuspendRequest request, TimeProvider time)
    {
        _store = new RqStore(endpoint);

        // A connection of its own: WATCH is the connection's, and renewing must not wait.
        _renewer = new RqStore(endpoint);
        _time = time;
        _lease = request.Lease;
        Suspension = new QueueSuspension
        {
            Id = "opsrestart-" + Guid.NewGuid().ToString("N"),
            System = RqSystem.Kind,
            Broker = endpoint.Display,
            Lease = request.Lease,
            At = time.GetUtcNow().UtcDateTime,
        };
        _flag = new RqFlag(_renewer, Suspension.Id);
        _noops = new RqNoops(_store, settings, time);
    }

    public QueueSuspension Suspension { get; private set; }

    /// <summary>
    /// Sets the flag, wakes idle workers, and returns when none takes a job any more. Busy ones finish theirs first and then stop by
    /// themselves.
    /// </summary>
    public static async Task<IQueueLease> BeginAsync(
        RedisEndpoint endpoint,
        RqSettings settings,
        SuspendRequest request,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var lease = new RqLease(endpoint, settings, request, time);
        try
        {
            await lease.BeginAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch (OperationCanceledException) when (request.KeepPart && lease.Suspension.Queues.Count > 0)
        {
            return lease;
        }
        catch
        {
            await lease.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The flag is the whole database's, and 'rq worker' ends at once while it is set: for those that start it has to go for all.
    /// </summary>
    public async Task AdmitAsync(CancellationToken cancellationToken)
    {
        if (_cleared is null)
        {
            await StopAsync().ConfigureAwait(false);
            await _noops.RemoveAsync(cancellationToken).ConfigureAwait(false);
            _cleared = await _flag.ClearAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return [];
        }

        await AdmitAsync(cancellationToken).ConfigureAwait(false);
        _ended = true;
        return _cleared == true ? await VerifyAsync(cancellationToken).ConfigureAwait(false)
            : Suspension.Foreign ? []
            : [$"RQ at {Suspension.Broker} was not suspended by us any more: the flag had expired or was replaced."];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
        _waking.Dispose();
        await _store.DisposeAsync().ConfigureAwait(false);
        await _renewer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        var mine = await _flag.HoldAsync(_lease, cancellationToken).ConfigureAwait(false);
        Suspension = Suspension with { Queues = [.. snapshot.Queues.Select(static q => q.Name)], Foreign = !mine };
        _renewal = RenewAsync(_stop.Token);
        await WakeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Wakes idle workers until all that are left are suspended, or busy with a job after which they will be.</summary>
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        await _waking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var began = _time.GetTimestamp();
            while (await FindAwakeAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } awake)
            {
                if (_time.GetElapsedTime(began) > WakeWithin)
                {
                    var names = string.Join(", ", awake.Select(static w => w.Name));
                    throw new RqException(
                        OpsError.NoReply,
                        $"{names} at {Suspension.Broker} did not notice the suspension.",
                        names,
                        "Check that the worker runs; a stopped or hanging one has to be restarted."
                    );
                }

                await _noops.WakeAsync(awake, cancellationToken).ConfigureAwait(false);
                await Task.Delay(LookEvery, _time, cancellationToken).ConfigureAwait(false);
            }

            await _noops.RemoveAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _waking.Release();
        }
    }

    private async Task<IReadOnlyList<RqWorkerState>> FindAwakeAsync(CancellationToken cancellationToken) =>
        [.. (await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false)).Workers.Where(_noops.IsAwake)];

    /// <summary>Suspended workers look at the flag once a second.</summary>
    private async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var snapshot = await _store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
            var still = snapshot.Workers.Where(static w => w is { IsLive: true, IsSuspended: true }).Select(static w => w.Name).ToList();
            if (still.Count == 0)
            {
                return [];
            }

            if (_time.GetElapsedTime(began) > ResumeWithin || snapshot.Suspension is not null)
            {
                var why = snapshot.Suspension is null ? "; restart it" : ", because somebody else has suspended RQ meanwhile";
                return [$"{string.Join(", ", still)}: still suspended{why}."];
            }

            await Task.Delay(LookEvery, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Suspension.Foreign ? TakeOverEvery : _lease / 3, _time, cancellationToken).ConfigureAwait(false);
                if (await _flag.HoldAsync(_lease, cancellationToken).ConfigureAwait(false) && Suspension.Foreign)
                {
                    // The other one has resumed, and we still need it: from here on it is ours.
                    Suspension = Suspension with
                    {
                        Foreign = false,
                    };
                    await WakeAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (OpsRestartException)
            {
                // The broker is away: again, a third of the lease later.
            }
        }
    }

    /// <summary>Suspending failed half-way: takes back what it can, within a bound. What it can't, expires.</summary>
    private async Task AbandonAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);
        try
        {
            await ResumeAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException) { }

        await DisposeAsync().ConfigureAwait(false);
    }

    private async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        // However the renewal ended: the flag has to be taken back.
        await _renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

/// <summary>
/// rq:suspended as a lease: RQ asks only whether the key exists, so its value can say whose it is, and it expires by itself. A flag with
/// another value is somebody else's and is left alone.
/// </summary>
internal sealed class RqFlag(RqStore store, string token)
{
    /// <summary>Sets or prolongs it; false when it is somebody else's.</summary>
    public async Task<bool> HoldAsync(TimeSpan lease, CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var milliseconds = (long)Math.Max(1000, lease.TotalMilliseconds);
        var set = await connection
            .CallAsync(new("SET", RqKeys.Suspended, token, "NX", "PX", milliseconds), cancellationToken)
            .ConfigureAwait(false);
        return set.IsOk
            || await IfMineAsync(connection, new("PEXPIRE", RqKeys.Suspended, milliseconds), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes it; false when it is gone or somebody else's.</summary>
    public async Task<bool> ClearAsync(CancellationToken cancellationToken)
    {
        var connection = await store.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await IfMineAsync(connection, new("DEL", RqKeys.Suspended), cancellationToken).ConfigureAwait(false);
    }

    // Compare and then act, undone by WATCH when the key changed in between.
    private async Task<bool> IfMineAsync(RedisConnection connection, RedisCommand command, CancellationToken cancellationToken)
    {
        var replies = await connection
            .PipelineAsync([new("WATCH", RqKeys.Suspended), new("GET", RqKeys.Suspended)], cancellationToken)
            .ConfigureAwait(false);
        if (replies[1].Text != token)
        {
            await connection.CallAsync(new("UNWATCH"), cancellationToken).ConfigureAwait(false);
            return false;
        }

        var done = await connection.TransactionAsync([command], cancellationToken).ConfigureAwait(false);
        return done.Count == 1 && done[0].Integer == 1;
    }
}
