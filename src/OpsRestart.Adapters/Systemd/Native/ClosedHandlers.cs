namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>Those who want to know of the end of a connection: each is told once, whoever comes late at once.</summary>
internal sealed class ClosedHandlers
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private bool _closed;

    public IDisposable Add(Action handler)
    {
        var entry = new Entry(this, handler);
        lock (_gate)
        {
            if (!_closed)
            {
                _entries.Add(entry);
                return entry;
            }
        }

        handler();
        return entry;
    }

    public void Run()
    {
        List<Entry> entries;
        lock (_gate)
        {
            _closed = true;
            entries = [.. _entries];
            _entries.Clear();
        }

        entries.ForEach(entry => entry.Handler());
    }

    private sealed class Entry(ClosedHandlers owner, Action handler) : IDisposable
    {
        public Action Handler => handler;

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._entries.Remove(this);
            }
        }
    }
}
