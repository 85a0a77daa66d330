using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// One connection to one systemd, with what belongs to it. When the connection is lost the link is of no more use and another one is made.
/// </summary>
internal sealed class SystemdLink : IAsyncDisposable
{
    public const string ManagerPath = "/org/freedesktop/systemd1";
    public const string ManagerInterface = "org.freedesktop.systemd1.Manager";
    public const string PropertiesInterface = "org.freedesktop.DBus.Properties";

    // How long systemd may be off the bus while it re-executes itself.
    private static readonly TimeSpan ReexecTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly Lazy<JobTracker> _jobs;
    private readonly Lock _gate = new();
    private bool _subscribed;

    public SystemdLink(IBusConnection bus, SystemdTarget target, TimeProvider time)
    {
        Bus = bus;
        Target = target;
        _time = time;
        _jobs = new Lazy<JobTracker>(() => new JobTracker(this));
    }

    public IBusConnection Bus { get; }

    public SystemdTarget Target { get; }

    public bool IsOpen => Bus.IsOpen;

    /// <summary>Made when the first job is: whoever only reads needs no signals.</summary>
    public JobTracker Jobs => _jobs.Value;

    /// <summary>systemd sends signals only to connections that asked for them.</summary>
    public void EnsureSubscribed()
    {
        lock (_gate)
        {
            if (_subscribed)
            {
                return;
            }

            _subscribed = true;
        }

        Bus.Send(new BusCall(ManagerPath, ManagerInterface, "Subscribe"), _ => { });
    }

    /// <summary>Calls the handler (on the bus thread) whenever systemd has reloaded or re-executed itself.</summary>
    public IDisposable OnReloaded(Action handler)
    {
        var reloading = Bus.Match(
            SignalRule("Reloading"),
            signal =>
            {
                if (signal.Body is [false])
                {
                    handler();
                }
            }
        );
        var owner = Bus.Match(
            "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.systemd1'",
            signal =>
            {
                if (signal.Body is [_, _, string { Length: > 0 }])
                {
                    // A new PID 1 connection may not know who had subscribed.
                    Bus.Send(new BusCall(ManagerPath, ManagerInterface, "Subscribe"), _ => { });
                    handler();
                }
            }
        );
        return new Both(reloading, owner);
    }

    public static string SignalRule(string member) =>
        $"type='signal',sender='org.freedesktop.systemd1',path='{ManagerPath}',interface='{ManagerInterface}',member='{member}'";

    public static BusCall ManagerCall(string member, params object[] arguments) => new(ManagerPath, ManagerInterface, member, arguments);

    /// <summary>
    /// Calls, again and again while systemd is off the bus for a moment. Only for calls that do no harm when they are carried out twice.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="action">For the message of a failure, as in "start nautobot".</param>
    /// <param name="unit">The unit concerned, as the caller named it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<object?[]> CallAsync(BusCall call, string action, string? unit, CancellationToken cancellationToken)
    {
        var reply = await RetryAsync(() => Bus.CallAsync(call, cancellationToken), r => r.Error, cancellationToken).ConfigureAwait(false);
        return reply.Error is { } error ? throw SystemdErrors.ToException(error, action, unit, Target) : reply.Body;
    }

    public async Task<T> RetryAsync<T>(Func<Task<T>> attempt, Func<T, BusError?> errorOf, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var result = await attempt().ConfigureAwait(false);
            if (errorOf(result) is not { } error || !SystemdErrors.IsPassing(error) || !IsOpen || _time.GetElapsedTime(began) > ReexecTime)
            {
                return result;
            }

            await Task.Delay(RetryEvery, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => Bus.DisposeAsync();

    private sealed class Both(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
