using System.Threading.Channels;

namespace OpsRestart.Pipeline;

/// <summary>
/// Carries what a worker has to say to the pipeline thread, the only one that may write, ask or run script blocks.
/// However the pipeline ends (Ctrl-C, <c>Select-Object -First</c>, an error downstream) the worker is cancelled and waited for, so that its
/// clean-up runs.
/// </summary>
internal sealed class Pump : IDisposable
{
    /// <summary>Objects that a worker may be ahead of the pipeline.</summary>
    private const int MaxAhead = 512;

    private readonly PSCmdlet _cmdlet;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<PumpItem> _items = Channel.CreateUnbounded<PumpItem>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _room = new(MaxAhead);
    private readonly PumpProgress _progress;

    public Pump(PSCmdlet cmdlet, CancellationTokenSource stop)
    {
        _cmdlet = cmdlet;
        _stop = stop;
        Stopping = stop.Token;
        _progress = new PumpProgress(this);
    }

    public CancellationToken Stopping { get; }

    /// <summary>Shown at most ten times a second.</summary>
    public PumpProgress Progress => _progress;

    /// <summary>Runs the work, and serves it on the calling thread until it has ended. Rethrows what ended either of them.</summary>
    /// <param name="work">Runs on the thread pool.</param>
    /// <param name="interrupted">Called on the pipeline thread when the pipeline is gone while the work goes on.</param>
    /// <param name="abandoned">Called there when the work is left before it has ended.</param>
    /// <param name="grace">How long the work may take to end after that.</param>
    public void Run(Func<Pump, Task> work, Action interrupted, Action abandoned, TimeSpan grace)
    {
        using var termination = new Termination(_stop.Cancel);
        using var terminal = Terminal.KeepInput();
        var worker = Task.Run(() => WorkAsync(work));
        try
        {
            Serve();
        }
        catch (Exception e)
        {
            _stop.Cancel();

            // Heard before anybody is told of it.
            using var patience = new CancellationTokenSource(grace);
            using var secondInterrupt = SecondInterrupt.Watch(patience);
            interrupted();
            if (!DiscardUntil(worker, patience.Token))
            {
                abandoned();
            }

            _progress.Complete(_cmdlet, writable: false);
            if (e is OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }

            throw;
        }

        _progress.Complete(_cmdlet, writable: true);
        worker.GetAwaiter().GetResult();
    }

    /// <summary>Writes an object; waits while the pipeline is far behind.</summary>
    public async Task OutputAsync(object value)
    {
        await _room.WaitAsync(Stopping).ConfigureAwait(false);
        Post(
            new PumpItem(
                c =>
                {
                    _room.Release();
                    c.WriteObject(value);
                },
                () => _room.Release()
            )
        );
    }

    public void Error(ErrorRecord error) => Post(new PumpItem(c => c.WriteError(error)));

    public void Warning(string text) => Post(new PumpItem(c => c.WriteWarning(ShownText.Of(text))));

    public void Verbose(string text) => Post(new PumpItem(c => c.WriteVerbose(ShownText.Of(text))));

    /// <summary>
    /// Says something to the person at the terminal only when the pipeline is gone; before that the caller has better ways.
    /// </summary>
    public void Notice(string text) => Post(new PumpItem(static _ => { }, () => HostNotice.Write(_cmdlet, text)));

    public void Post(PumpItem item)
    {
        if (!_items.Writer.TryWrite(item))
        {
            item.Discarded?.Invoke();
        }
    }

    /// <summary>Runs something on the pipeline thread: a question, a script block. Cancelled when the pipeline is gone.</summary>
    public Task<T> OnPipelineAsync<T>(Func<PSCmdlet, T> action)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            new PumpItem(
                c =>
                {
                    try
                    {
                        answer.TrySetResult(action(c));
                    }
                    catch (Exception e)
                    {
                        answer.TrySetException(e);
                        if (e is PipelineStoppedException)
                        {
                            throw;
                        }
                    }
                },
                () => answer.TrySetCanceled()
            )
        );
        return answer.Task;
    }

    /// <summary>Asks whether something may be changed, or says what would be (-WhatIf).</summary>
    public Task<bool> ShouldProcessAsync(string target, string action) =>
        OnPipelineAsync(c => c.ShouldProcess(ShownText.Line(target), action));

    public void Dispose() => _room.Dispose();

    private async Task WorkAsync(Func<Pump, Task> work)
    {
        try
        {
            await work(this).ConfigureAwait(false);
        }
        finally
        {
            _items.Writer.TryComplete();
        }
    }

    private void Serve()
    {
        var reader = _items.Reader;
        while (reader.WaitToReadAsync(Stopping).AsTask().GetAwaiter().GetResult())
        {
            while (reader.TryRead(out var item))
            {
                item.Run(_cmdlet);
            }
        }
    }

    private bool DiscardUntil(Task worker, CancellationToken patience)
    {
        var reader = _items.Reader;
        try
        {
            do
            {
                while (reader.TryRead(out var item))
                {
                    item.Discarded?.Invoke();
                }
            } while (reader.WaitToReadAsync(patience).AsTask().GetAwaiter().GetResult());
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return WaitHandle.WaitAny([((IAsyncResult)worker).AsyncWaitHandle, patience.WaitHandle]) == 0;
    }
}
