using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OpsRestart.Core.Services;
using OpsRestart.Core.Text;

namespace OpsRestart.Tests.Units.Fakes;

/// <summary>A service manager in memory, with a record of what was asked of it and when.</summary>
internal sealed class FakeServices(TimeProvider time) : IServiceHost, IServiceManager, IServiceLog
{
    private readonly ConcurrentDictionary<string, FakeUnit> _units = new();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _watchers = new();
    private readonly DateTimeOffset _began = time.GetUtcNow();

    /// <summary>Calls as <c>verb name</c>, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>When each call began, in seconds since the beginning.</summary>
    public ConcurrentDictionary<string, double> At { get; } = new();

    public ServiceManagerKind Kind => ServiceManagerKind.Systemd;

    public FakeUnit Unit(string name) => _units.GetOrAdd(name, static n => new FakeUnit(n));

    public Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken) =>
        Task.FromResult<IServiceManager>(this);

    public Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken) => Task.FromResult<IServiceLog>(this);

    public Task<IReadOnlyList<ManagedService>> GetServicesAsync(ServiceQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ManagedService>>([
            .. _units.Values.Where(u => query.Names.Count == 0 || query.Names.Any(n => NameMatch.Matches(u.Name, n))).Select(Describe),
        ]);

    public async Task<ServiceJobResult> StartAsync(string name, CancellationToken cancellationToken)
    {
        Note("start", name);
        var unit = Unit(name);
        Set(unit, ServiceState.Starting);
        await Task.Delay(unit.StartTakes, time, cancellationToken);
        if (unit.FailStarts > 0)
        {
            unit.FailStarts--;
            Set(unit, ServiceState.Failed);
            return new ServiceJobResult(name, ServiceJobStatus.Failed, "failed");
        }

        unit.Invocation++;
        unit.Killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Set(unit, ServiceState.Running);
        if (unit.DiesAfter is { } lifetime)
        {
            _ = DieAsync(unit, lifetime);
        }

        return new ServiceJobResult(name, ServiceJobStatus.Done, "done");
    }

    public async Task<ServiceJobResult> StopAsync(string name, CancellationToken cancellationToken)
    {
        Note("stop", name);
        var unit = Unit(name);
        Set(unit, ServiceState.Stopping);
        if (unit.IgnoresTerm)
        {
            await unit.Killed.Task.WaitAsync(cancellationToken);
        }
        else
        {
            await Task.WhenAny(Task.Delay(unit.StopTakes, time, cancellationToken), unit.Killed.Task);
            cancellationToken.ThrowIfCancellationRequested();
        }

        Set(unit, ServiceState.Stopped);
        return new ServiceJobResult(name, ServiceJobStatus.Done, "done");
    }

    public async Task<ServiceJobResult> RestartAsync(string name, CancellationToken cancellationToken)
    {
        await StopAsync(name, cancellationToken);
        return await StartAsync(name, cancellationToken);
    }

    public Task KillAsync(string name, int signal, CancellationToken cancellationToken)
    {
        Note("kill", name);
        Unit(name).Killed.TrySetResult();
        Unit(name).LeavesProcess &= Unit(name).SurvivesKill;
        return Task.CompletedTask;
    }

    /// <summary>It dies without anybody's doing.</summary>
    public void Die(string name) => Set(Unit(name), ServiceState.Failed);

    public Task ResetFailedAsync(string name, CancellationToken cancellationToken)
    {
        Note("reset", name);
        return Task.CompletedTask;
    }

    public Task EnableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DisableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ServiceManagerUpdate> UpdateAsync(CancellationToken cancellationToken) => Task.FromResult(new ServiceManagerUpdate());

    public Task<IReadOnlyList<ServiceProcess>> GetProcessesAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ServiceProcess>>(
            Unit(name).State is ServiceState.Stopped or ServiceState.Failed && !Unit(name).LeavesProcess
                ? []
                : [new ServiceProcess(Unit(name).Pid, name)]
        );

    public async IAsyncEnumerable<ManagedService> WatchAsync(
        IReadOnlyList<string> names,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var id = Guid.NewGuid();
        while (true)
        {
            var change = _watchers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var name in names)
            {
                yield return Describe(Unit(name));
            }

            await change.Task.WaitAsync(cancellationToken);
        }
    }

    public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(
        ServiceLogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        foreach (var name in query.Services.Where(n => Unit(n).State == ServiceState.Failed && query.Priority >= ServiceLogPriority.Info))
        {
            yield return new ServiceLogEntry
            {
                Service = name,
                Identifier = name,
                Message = "it went wrong here",
                Time = time.GetUtcNow().UtcDateTime,
            };
        }
    }

    public Task<string?> GetCursorAsync(CancellationToken cancellationToken) => Task.FromResult<string?>("cursor");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task DieAsync(FakeUnit unit, TimeSpan lifetime)
    {
        var invocation = unit.Invocation;
        await Task.Delay(lifetime, time);
        if (unit.Invocation == invocation && unit.State == ServiceState.Running)
        {
            Set(unit, ServiceState.Failed);
        }
    }

    private void Set(FakeUnit unit, ServiceState state)
    {
        unit.State = state;
        foreach (var watcher in _watchers.Values)
        {
            watcher.TrySetResult();
        }
    }

    private void Note(string verb, string name)
    {
        Calls.Enqueue($"{verb} {name}");
        At[$"{verb} {name}"] = (time.GetUtcNow() - _began).TotalSeconds;
    }

    private ManagedService Describe(FakeUnit unit) =>
        new()
        {
            Name = unit.Name,
            Id = unit.Name.Contains(':', StringComparison.Ordinal) ? unit.Name : unit.Name + ".service",
            State = unit.State,
            LoadState = unit.LoadState,
            InvocationId = $"{unit.Name}-{unit.Invocation}",
            Restarts = 0,
            Result = unit.State == ServiceState.Failed ? "exit-code" : "success",
            StopTimeout = unit.StopTimeout,
            KillMode = unit.KillMode,
            ControlGroup = unit.ControlGroup,
            SampledAt = time.GetUtcNow().UtcDateTime,
        };
}
