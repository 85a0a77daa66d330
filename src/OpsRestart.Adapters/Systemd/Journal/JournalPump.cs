using System.Threading.Channels;
using OpsRestart.Adapters.Systemd.Native;

namespace OpsRestart.Adapters.Systemd.Journal;

/// <summary>A thread that reads the journal for one consumer: an sd_journal belongs to one thread, and waiting for it blocks.</summary>
internal sealed class JournalPump : IAsyncDisposable
{
    // So many entries may wait for the consumer; then the reading waits.
    private const int Ahead = 512;

    private readonly ServiceLogQuery _query;
    private readonly ServiceScope _scope;
    private readonly WakeFd _wake = new();
    private readonly SemaphoreSlim _space = new(Ahead);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<ServiceLogEntry> _entries = Channel.CreateUnbounded<ServiceLogEntry>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
    );

    public JournalPump(ServiceLogQuery query, ServiceScope scope)
    {
        _query = query;
        _scope = scope;
        new Thread(Run) { IsBackground = true, Name = "OpsRestart journal" }.Start();
    }

    /// <summary>The next entry; null at the end. Throws what the reading threw.</summary>
    public async ValueTask<ServiceLogEntry?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _entries.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_entries.Reader.TryRead(out var entry))
            {
                _space.Release();
                return entry;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _wake.Wake();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
        _space.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        Exception? failure = null;
        try
        {
            using var reader = JournalReader.Open(_query, _scope);
            Pump(reader);
        }
        catch (OperationCanceledException)
        {
            // Disposed of while it waited for space.
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the consumer, not to this thread.
        catch (Exception caught)
        {
            failure = caught;
        }
#pragma warning restore CA1031

        _entries.Writer.Complete(failure);
        _ended.SetResult();
    }

    private void Pump(JournalReader reader)
    {
        foreach (var entry in Backlog(reader))
        {
            Put(entry);
        }

        while (_query.Follow && !_stop.IsCancellationRequested)
        {
            while (reader.Next() is { } entry)
            {
                Put(entry);
            }

            reader.Wait(_wake);
        }
    }

    // With a cursor the last N can't be found from the end: what comes after the cursor is read and the rest forgotten.
    private IEnumerable<ServiceLogEntry> Backlog(JournalReader reader)
    {
        if (_query is { AfterCursor: not null, Tail: { } tail })
        {
            var last = new Queue<ServiceLogEntry>();
            while (!_stop.IsCancellationRequested && reader.Next() is { } entry)
            {
                last.Enqueue(entry);
                _ = last.Count > tail && last.TryDequeue(out _);
            }

            return last;
        }

        return All(reader);
    }

    private static IEnumerable<ServiceLogEntry> All(JournalReader reader)
    {
        while (reader.Next() is { } entry)
        {
            yield return entry;
        }
    }

    private void Put(ServiceLogEntry entry)
    {
        _space.Wait(_stop.Token);
        _entries.Writer.TryWrite(entry);
    }
}
