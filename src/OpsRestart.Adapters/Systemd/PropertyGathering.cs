using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>Collects the properties of many units from many pipelined replies. The replies come in on the bus thread.</summary>
internal sealed class PropertyGathering(IReadOnlyList<UnitListing> units)
{
    private readonly Dictionary<string, object?>[] _values =
    [
        .. units.Select(_ => new Dictionary<string, object?>(StringComparer.Ordinal)),
    ];
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One more than the calls sent, until all are sent.
    private int _open = 1;

    /// <summary>The first failure that concerns the whole: the connection, not one unit that has gone meanwhile.</summary>
    public BusError? Error { get; private set; }

    public UnitProperties PropertiesOf(int index) => new(_values[index]);

    public void Send(IBusConnection bus, int index, IReadOnlyList<BusCall> calls)
    {
        Interlocked.Add(ref _open, calls.Count);
        foreach (var call in calls)
        {
            bus.Send(call, reply => Received(index, PropertyCalls.PropertyOf(call), reply));
        }
    }

    /// <summary>After the last call was sent: waits for the last reply.</summary>
    public Task Finished(CancellationToken cancellationToken)
    {
        CountDown();
        return _finished.Task.WaitAsync(cancellationToken);
    }

    private void Received(int index, string? property, BusReply reply)
    {
        if (reply.Error is { } error)
        {
            Error ??= error.Name == BusError.Disconnected || SystemdErrors.IsPassing(error) ? error : null;
        }
        else if (property is null)
        {
            foreach (var (name, value) in (Dictionary<string, object?>)reply.Body[0]!)
            {
                _values[index][name] = value;
            }
        }
        else
        {
            _values[index][property] = reply.Body[0];
        }

        CountDown();
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _finished.TrySetResult();
        }
    }
}
