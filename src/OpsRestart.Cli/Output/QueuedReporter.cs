using System.Threading.Channels;

namespace OpsRestart.Cli.Output;

/// <summary>
/// Lets a run go on while nobody reads: a terminal that is held with Ctrl-S, or a full pipe, must not keep services down. What is to be
/// told waits instead.
/// </summary>
internal sealed class QueuedReporter : IRunReporter
{
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly IRunReporter _inner;
    private readonly Task _telling;

    public QueuedReporter(IRunReporter inner)
    {
        _inner = inner;
        _telling = TellAsync();
    }

    public void Add(RunEvent e) => _queue.Writer.TryWrite(() => _inner.Add(e));

    public void Say(string line) => _queue.Writer.TryWrite(() => _inner.Say(line));

    public async Task FinishAsync(ServiceGraphRun run)
    {
        _queue.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
        await _inner.FinishAsync(run).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
    }

    private async Task TellAsync()
    {
        await foreach (var tell in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            tell();
        }
    }
}
