using OpsRestart.Adapters.Redis;
using OpsRestart.Core.Abstractions;

namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Holds RQ's suspension and renews it; when this process dies, the flag expires and the workers go on by themselves.</summary>
internal sealed class RqLease : IQueueLease
{
    private static readonly TimeSpan WakeWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    // Somebody else's flag can go at any moment, and workers look for it once a second.
    private static readonly TimeSpan TakeOverEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ResumeWithin = TimeSpan.FromSeconds(3);
    private readonly RqStore store;
    private readonly RqStore renewer;
    private readonly RqFlag flag;
    private readonly RqNoops noops;
    private readonly TimeSpan lease;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim waking = new(1, 1);
    private Task renewal = Task.CompletedTask;
    private bool? cleared;
    private bool ended;

    private RqLease(RedisEndpoint endpoint, RqSettings settings, SuspendRequest request, TimeProvider time)
    {
        store = new RqStore(endpoint);

        // A connection of its own: WATCH is the connection's, and renewing must not wait.
        renewer = new RqStore(endpoint);
        this.time = time;
        lease = request.Lease;
        Suspension = new QueueSuspension
        {
            Id = "opsrestart-" + Guid.NewGuid().ToString("N"),
            System = RqSystem.Kind,
            Broker = endpoint.Display,
            Lease = request.Lease,
            At = time.GetUtcNow().UtcDateTime,
        };
        flag = new RqFlag(renewer, Suspension.Id);
        noops = new RqNoops(store, settings, time);
    }

    public QueueSuspension Suspension { get; private set; }

    /// <summary>Sets the flag, wakes idle workers, and returns when none takes a job any more. Busy ones finish theirs first and then stop by themselves.</summary>
    public static async Task<IQueueLease> BeginAsync(RedisEndpoint endpoint, RqSettings settings, SuspendRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        var lease = new RqLease(endpoint, settings, request, time);
        try
        {
            await lease.BeginAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            await lease.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The flag is the whole database's, and 'rq worker' ends at once while it is set: for those that start it has to go for all.</summary>
    public async Task AdmitAsync(CancellationToken cancellationToken)
    {
        if (cleared is null)
        {
            await StopAsync().ConfigureAwait(false);
            await noops.RemoveAsync(cancellationToken).ConfigureAwait(false);
            cleared = await flag.ClearAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        if (ended)
        {
            return [];
        }

        await AdmitAsync(cancellationToken).ConfigureAwait(false);
        ended = true;
        return cleared == true ? await VerifyAsync(cancellationToken).ConfigureAwait(false)
            : Suspension.Foreign ? []
            : [$"RQ at {Suspension.Broker} was not suspended by us any more: the flag had expired or was replaced."];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        stop.Dispose();
        waking.Dispose();
        await store.DisposeAsync().ConfigureAwait(false);
        await renewer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var snapshot = await store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        var mine = await flag.HoldAsync(lease, cancellationToken).ConfigureAwait(false);
        Suspension = Suspension with { Queues = [.. snapshot.Queues.Select(static q => q.Name)], Foreign = !mine };
        renewal = RenewAsync(stop.Token);
        await WakeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Wakes idle workers until all that are left are suspended, or busy with a job after which they will be.</summary>
    private async Task WakeAsync(CancellationToken cancellationToken)
    {
        await waking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var began = time.GetTimestamp();
            while (await FindAwakeAsync(cancellationToken).ConfigureAwait(false) is { Count: > 0 } awake)
            {
                if (time.GetElapsedTime(began) > WakeWithin)
                {
                    var names = string.Join(", ", awake.Select(static w => w.Name));
                    throw new RqException(OpsError.NoReply, $"{names} at {Suspension.Broker} did not notice the suspension.", names, "Check that the worker runs; a stopped or hanging one has to be restarted.");
                }

                await noops.WakeAsync(awake, cancellationToken).ConfigureAwait(false);
                await Task.Delay(LookEvery, time, cancellationToken).ConfigureAwait(false);
            }

            await noops.RemoveAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            waking.Release();
        }
    }

    private async Task<IReadOnlyList<RqWorkerState>> FindAwakeAsync(CancellationToken cancellationToken) =>
        [.. (await store.SnapshotAsync(cancellationToken).ConfigureAwait(false)).Workers.Where(w => w is { IsLive: true, IsSuspended: false } && (!w.IsBusy || noops.IsAt(w)))];

    /// <summary>Suspended workers look at the flag once a second.</summary>
    private async Task<IReadOnlyList<string>> VerifyAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var snapshot = await store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
            var still = snapshot.Workers.Where(static w => w is { IsLive: true, IsSuspended: true }).Select(static w => w.Name).ToList();
            if (still.Count == 0)
            {
                return [];
            }

            if (time.GetElapsedTime(began) > ResumeWithin || snapshot.Suspension is not null)
            {
                return [$"{string.Join(", ", still)}: still suspended{(snapshot.Suspension is null ? "; restart it" : ", because somebody else has suspended RQ meanwhile")}."];
            }

            await Task.Delay(LookEvery, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Suspension.Foreign ? TakeOverEvery : lease / 3, time, cancellationToken).ConfigureAwait(false);
                if (await flag.HoldAsync(lease, cancellationToken).ConfigureAwait(false) && Suspension.Foreign)
                {
                    // The other one has resumed, and we still need it: from here on it is ours.
                    Suspension = Suspension with { Foreign = false };
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
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        try
        {
            await ResumeAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException)
        {
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    private async Task StopAsync()
    {
        if (!stop.IsCancellationRequested)
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }

        // However the renewal ended: the flag has to be taken back.
        await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
