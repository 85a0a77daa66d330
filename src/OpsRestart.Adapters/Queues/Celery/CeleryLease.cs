namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>
/// Holds a suspension: workers that come up, and workers that somebody else resumed, lose the queues again until this lease ends. What it
/// took is in its record before a worker is told, so whoever comes after a crash can give it back.
/// </summary>
internal sealed class CeleryLease(
    ICeleryTransport transport,
    CelerySuspender suspender,
    QueueSuspension begun,
    SuspendRequest request,
    ISuspensionStore store,
    TimeProvider time
) : IQueueLease
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NewcomerEvery = TimeSpan.FromMilliseconds(100);
    private const int NewcomerLooks = 50;
    private readonly IReadOnlyList<string> _workers = WorkerNames.Expand(request.Workers);
    private readonly HashSet<string> _unguarded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _processes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _hint = new(0);
    private Task _renewal = Task.CompletedTask;
    private bool _ended;

    public QueueSuspension Suspension { get; private set; } = begun;

    /// <summary>Suspends what is there now, and goes on watching.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var consumers = await suspender.GetConsumersAsync(cancellationToken).ConfigureAwait(false);
        Suspension = Suspension with { Settings = transport.Settings.ToWritten() };
        await TakeAsync(consumers, cancellationToken).ConfigureAwait(false);

        // Once more: a worker may have come up meanwhile.
        await TakeAsync(await suspender.GetConsumersAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        Suspension = Suspension with { Foreign = Suspension.Workers.Count == 0 };
        _renewal = Task.WhenAll(RenewAsync(_stop.Token), WatchAsync(_stop.Token));
    }

    /// <summary>Who comes up consumes at once, unless it is watched for.</summary>
    public Task AdmitAsync(CancellationToken cancellationToken) => StopAsync();

    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return [];
        }

        await StopAsync().ConfigureAwait(false);
        var warnings = await suspender.ResumeAsync(Suspension, _processes, cancellationToken).ConfigureAwait(false);
        store.Remove(Suspension.Id);
        _ended = true;
        return _unguarded.Count == 0
            ? warnings
            :
            [
                $"{string.Join(", ", _unguarded)} at {Suspension.Broker}: put back when its worker was suspended, taken by another, "
                    + "and not begun in time. If that one was stopped before it began, it is lost.",
                .. warnings,
            ];
    }

    /// <summary>Suspending failed half-way: gives back what it can, within a bound.</summary>
    public async Task AbandonAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        try
        {
            await ResumeAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OpsRestartException or OperationCanceledException)
        {
            // The record stays, and tells.
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
        _hint.Dispose();
        await transport.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TakeAsync(IReadOnlyList<CeleryConsumer> consumers, CancellationToken cancellationToken)
    {
        var mine = consumers
            .Where(c => WorkerNames.Covers(_workers, c.Node))
            .Select(c => c with { Queues = [.. c.Queues.Where(q => request.Queues.Count == 0 || request.Queues.Contains(q))] })
            .Where(static c => c.Queues.Count > 0)
            .ToList();
        if (mine.Count == 0)
        {
            return;
        }

        // What was taken from an earlier process of this name is no business of this one.
        var earlier = mine.Where(c => !c.IsProcess(_processes.GetValueOrDefault(c.Node)))
            .Select(static c => c.Node)
            .ToHashSet(StringComparer.Ordinal);
        var plan = mine.ToDictionary(static c => c.Node, static c => c.Queues, StringComparer.Ordinal);
        foreach (var one in mine.Where(static c => c.Pid != 0))
        {
            _processes[one.Node] = one.Pid;
        }

        Suspension = Suspension with { Workers = Merge(Suspension.Workers.Where(w => !earlier.Contains(w.Key)), plan) };
        store.Save(Suspension);
        _unguarded.UnionWith(await suspender.CancelAsync(plan, cancellationToken).ConfigureAwait(false));
    }

    private static Dictionary<string, IReadOnlyList<string>> Merge(
        IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> a,
        Dictionary<string, IReadOnlyList<string>> b
    ) =>
        a.Concat(b)
            .GroupBy(static p => p.Key, StringComparer.Ordinal)
            .ToDictionary(
                static g => g.Key,
                static g => (IReadOnlyList<string>)[.. g.SelectMany(static p => p.Value).Distinct()],
                StringComparer.Ordinal
            );

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var looks = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                // A worker says that it is online a second or more before it hears what it is told (it mingles first), and consumes as soon
                // as it does.
                looks = await _hint.WaitAsync(looks > 0 ? NewcomerEvery : RenewEvery, cancellationToken).ConfigureAwait(false)
                    ? NewcomerLooks
                    : Math.Max(0, looks - 1);
                await TakeAsync(await suspender.GetConsumersAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (OpsRestartException)
            {
                // The broker is away or nobody answers: in two seconds again.
            }
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var _ in transport.WatchWorkersAsync(cancellationToken).ConfigureAwait(false))
                {
                    _hint.Release();
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (OpsRestartException)
            {
                // The regular renewal does without hints.
            }

            await Task.Delay(RenewEvery, time, CancellationToken.None)
                .WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        // However the renewal ended: what was taken has to be given back.
        await _renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
