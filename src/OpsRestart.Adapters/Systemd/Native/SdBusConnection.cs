using System.Collections.Concurrent;
using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>
/// A bus connection of libsystemd. An sd_bus is not thread-safe, so one thread owns it: it sends what was posted, dispatches what came in,
/// and sleeps in poll on the bus and on an eventfd in between.
/// </summary>
internal sealed class SdBusConnection : IBusConnection, IBusThread
{
    // dbus-daemon allows 128 calls without a reply for each connection, then refuses with LimitsExceeded.
    private const int MaxInFlight = 100;

    private readonly Func<BusHandle> _open;
    private readonly WakeFd _wake = new();
    private readonly ConcurrentQueue<SdBusRequest> _posted = new();
    private readonly HashSet<SdBusRequest> _inFlight = [];
    private readonly HashSet<SdBusMatch> _matches = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly ClosedHandlers _closedHandlers = new();
    private Exception? _failure;
    private BusError? _closed;
    private volatile bool _stop;

    /// <summary>
    /// Starts the thread, which opens the bus with <paramref name="open"/>; a failure to open is the error of every call.
    /// </summary>
    public SdBusConnection(Func<BusHandle> open)
    {
        _open = open;
        new Thread(Run) { IsBackground = true, Name = "OpsRestart bus" }.Start();
    }

    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _closed is null;
            }
        }
    }

    public void Send(BusCall call, Action<BusReply> onReply) => Post(new SdBusCall(this, call, onReply));

    public IDisposable Match(string rule, Action<BusSignal> onSignal)
    {
        var match = new SdBusMatch(this, rule, onSignal);
        Post(match);
        return match;
    }

    public IDisposable OnClosed(Action handler) => _closedHandlers.Add(handler);

    public async ValueTask DisposeAsync()
    {
        _stop = true;
        _wake.Wake();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
    }

    public void Post(SdBusRequest request)
    {
        BusError? closed;
        lock (_gate)
        {
            closed = _closed;
            if (closed is null)
            {
                _posted.Enqueue(request);
            }
        }

        if (closed is null)
        {
            _wake.Wake();
        }
        else
        {
            request.Fail(closed);
        }
    }

    public void Completed(SdBusRequest request) => _inFlight.Remove(request);

    public void Opened(SdBusMatch match) => _matches.Add(match);

    public void Removed(SdBusMatch match) => _matches.Remove(match);

    public void Failed(Exception failure) => _failure ??= failure;

    private void Run()
    {
        BusError end;
        try
        {
            using var bus = _open();
            try
            {
                end = Loop(bus);
            }
            finally
            {
                // A slot holds the bus: without this the connection would stay open behind our back.
                Array.ForEach([.. _matches], match => match.Remove());
            }
        }
        catch (BusOpenException failure)
        {
            end = failure.Error;
        }
#pragma warning disable CA1031 // The thread must not take the process down; what went wrong is the error of every call.
        catch (Exception failure)
        {
            end = new BusError(BusError.Disconnected, failure.Message);
        }
#pragma warning restore CA1031

        Close(end);
        _ended.SetResult();
    }

    private BusError Loop(BusHandle bus)
    {
        while (true)
        {
            StartPosted(bus);

            // Only after the posted work: what was posted before a dispose is still sent.
            if (_stop)
            {
                return new BusError(BusError.Disconnected, "The connection was closed.");
            }

            var result = ProcessOne(bus);
            if (_failure is { } failure)
            {
                return new BusError(BusError.Disconnected, $"a message could not be handled: {failure}");
            }

            if (result < 0)
            {
                return new BusError(BusError.Disconnected, $"The bus closed the connection ({Errno.Describe(-result)}).");
            }

            if (result == 0)
            {
                _ = SdBus.GetTimeout(bus, out var until);
                _wake.Poll(SdBus.GetFd(bus), (short)SdBus.GetEvents(bus), LibC.PollTimeout(until));
            }
        }
    }

    private static unsafe int ProcessOne(BusHandle bus)
    {
        var result = SdBus.Process(bus, null);
        return result == -Errno.Interrupted ? 0 : result;
    }

    private void StartPosted(BusHandle bus)
    {
        while (_inFlight.Count < MaxInFlight && _posted.TryDequeue(out var request))
        {
            if (request.Start(bus))
            {
                _inFlight.Add(request);
            }
        }
    }

    private void Close(BusError end)
    {
        lock (_gate)
        {
            _closed = end;
        }

        foreach (var request in _inFlight.ToArray())
        {
            request.Release();
            request.Fail(end);
        }

        while (_posted.TryDequeue(out var request))
        {
            request.Fail(end);
        }

        _closedHandlers.Run();
    }
}
