namespace OpsRestart.Adapters.Queues.Rq;

/// <summary>Looks until RQ is drained, by <see cref="RqDrainRule"/>. One look is one transaction.</summary>
internal sealed class RqDrainProbe(RqStore store, DrainRequest request) : IDrainProbe
{
    private readonly Dictionary<string, long> _processed = new(StringComparer.Ordinal);
    private readonly RqHorses _horses = new();

    public async Task<DrainObservation> LookAsync(CancellationToken cancellationToken)
    {
        var all = await store.SnapshotAsync(cancellationToken).ConfigureAwait(false);
        var scope = all.Narrow(request.Queues);
        _horses.Watch(scope);
        foreach (var worker in scope.Workers.Where(static w => w.IsRegistered))
        {
            _processed[$"{worker.Name} {worker.Birth:O}"] = worker.Succeeded + worker.Failed;
        }

        return RqDrainRule.Judge(all, scope, request.Level, _horses.Orphans()) with
        {
            Processed = _processed.Count > 0 ? _processed.Values.Sum() : null,
        };
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
