using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Tests.Units.Systemd;

/// <summary>A bus whose order of events the test decides.</summary>
internal sealed class FakeBus : IBusConnection
{
    private readonly List<(string Rule, Action<BusSignal> Handler)> _matches = [];
    private readonly List<Action> _closed = [];
    private readonly List<(BusCall Call, Action<BusReply> Reply)> _sent = [];

    public bool IsOpen { get; private set; } = true;

    public void Send(BusCall call, Action<BusReply> onReply)
    {
        lock (_sent)
        {
            _sent.Add((call, onReply));
        }
    }

    public IDisposable Match(string rule, Action<BusSignal> onSignal)
    {
        var match = (rule, onSignal);
        _matches.Add(match);
        return new Removal(() => _matches.Remove(match));
    }

    public IDisposable OnClosed(Action handler)
    {
        _closed.Add(handler);
        return new Removal(() => _closed.Remove(handler));
    }

    /// <summary>The oldest open call of a method, once it has been made.</summary>
    public async Task<BusCall> CalledAsync(string member)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while (true)
        {
            lock (_sent)
            {
                if (_sent.Find(sent => sent.Call.Member == member) is { Call: { } call })
                {
                    return call;
                }
            }

            await Task.Delay(1, limit.Token);
        }
    }

    public bool IsCalled(string member)
    {
        lock (_sent)
        {
            return _sent.Exists(sent => sent.Call.Member == member);
        }
    }

    public void Answer(string member, params object?[] body) => Take(member)(new BusReply(body, null));

    public void Refuse(string member, string error) => Take(member)(BusReply.Failed(new BusError(error, "refused")));

    public void Signal(string member, params object?[] body)
    {
        foreach (var (_, handler) in _matches.Where(match => match.Rule.Contains($"member='{member}'", StringComparison.Ordinal)).ToList())
        {
            handler(new BusSignal("/org/freedesktop/systemd1", member, body));
        }
    }

    public void Lose()
    {
        IsOpen = false;
        _closed.ForEach(handler => handler());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Action<BusReply> Take(string member)
    {
        lock (_sent)
        {
            var index = _sent.FindIndex(sent => sent.Call.Member == member);
            Assert.True(index >= 0, $"{member} was not called; called: {string.Join(' ', _sent.Select(sent => sent.Call.Member))}");
            var reply = _sent[index].Reply;
            _sent.RemoveAt(index);
            return reply;
        }
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
