using OpsRestart.Adapters.Redis;

namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Results of tasks in Redis, where Celery's result backend keeps them.</summary>
internal sealed class CeleryTaskResults(RedisEndpoint endpoint) : IAsyncDisposable
{
    private readonly RedisLine _line = new(endpoint);

    public async Task<TrialEnd?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        var stored = (await connection.CallAsync(new("GET", Key(id)), cancellationToken).ConfigureAwait(false)).Text;
        var result = ForeignJson.ParseOrNothing(stored);
        return result["status"].Text switch
        {
            "SUCCESS" => new TrialEnd(true, result["result"].Shown),
            "FAILURE" or "REVOKED" => new TrialEnd(false, Reason(result["result"])),
            _ => null,
        };
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var connection = await _line.GetAsync(cancellationToken).ConfigureAwait(false);
        await connection.CallAsync(new("DEL", Key(id)), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _line.DisposeAsync();

    private static string Reason(ForeignJson error) =>
        error["exc_type"].Text is { } type ? $"{type} {error["exc_message"].Shown}".Trim() : error.Shown;

    private static string Key(string id) => "celery-task-meta-" + id;
}
