namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// One look at everything for all who ask at the same time: supervisord answers from one thread, and a run asks for each of its programs.
/// Nobody is given a look that began before he asked: what he has just done has to be in it.
/// </summary>
internal sealed class SharedLook<T>(Func<Task<T>> look)
{
    private readonly Lock _gate = new();
    private Task<T>? _running;
    private Task<T>? _next;

    public Task<T> AskAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            while (_running is { IsCompleted: true })
            {
                (_running, _next) = (_next, null);
            }

            return (_running is null ? _running = look() : _next ??= AfterAsync(_running)).WaitAsync(cancellationToken);
        }
    }

    private async Task<T> AfterAsync(Task<T> running)
    {
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await look().ConfigureAwait(false);
    }
}
