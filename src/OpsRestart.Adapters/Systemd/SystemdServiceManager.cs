using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Systemd.Bus;
using OpsRestart.Adapters.Systemd.Native;

namespace OpsRestart.Adapters.Systemd;

/// <summary>
/// systemd, over its D-Bus interface (org.freedesktop.systemd1(5)). One connection serves all calls; when it is lost, what was under way
/// fails with ConnectionFailed and the next call makes a new one.
/// </summary>
internal sealed class SystemdServiceManager : IServiceManager
{
    // How long a watch tries to get a lost connection back.
    private static readonly TimeSpan ReconnectTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReconnectEvery = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly ServiceMapper _mapper;
    private readonly SystemdLinkSource _links;

    private SystemdServiceManager(SystemdTarget target, TimeProvider time, Func<IBusConnection> open)
    {
        _time = time;
        _mapper = new ServiceMapper(target, time, new RestartHistory());
        _links = new SystemdLinkSource(target, time, open);
    }

    public ServiceManagerKind Kind => ServiceManagerKind.Systemd;

    /// <summary>Connects and asks for one value, so that whatever is wrong shows here.</summary>
    /// <param name="scope">The system's manager or the calling user's.</param>
    /// <param name="hostName">Null or localhost: this machine. Otherwise <c>host</c> or <c>user@host</c>, reached by ssh as systemctl -H
    /// does.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SystemdException">ManagerUnavailable, ConnectionFailed, InvalidArgument.</exception>
    public static Task<SystemdServiceManager> ConnectAsync(
        ServiceScope scope,
        string? hostName,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var target = SystemdTarget.Create(scope, hostName);
        return ConnectAsync(target, time, () => SdBusOpener.Open(target.Scope, target.RemoteHost), cancellationToken);
    }

    internal static async Task<SystemdServiceManager> ConnectAsync(
        SystemdTarget target,
        TimeProvider time,
        Func<IBusConnection> open,
        CancellationToken cancellationToken
    )
    {
        var manager = new SystemdServiceManager(target, time, open);
        try
        {
            await manager._links.GetAsync(cancellationToken).ConfigureAwait(false);
            return manager;
        }
        catch
        {
            await manager.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IReadOnlyList<ManagedService>> GetServicesAsync(ServiceQuery query, CancellationToken cancellationToken)
    {
        var link = await _links.GetAsync(cancellationToken).ConfigureAwait(false);
        return await new UnitReader(link, _mapper).ReadAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public Task<ServiceJobResult> StartAsync(string name, CancellationToken cancellationToken) =>
        RunJobAsync(JobKind.Start, name, cancellationToken);

    public Task<ServiceJobResult> StopAsync(string name, CancellationToken cancellationToken) =>
        RunJobAsync(JobKind.Stop, name, cancellationToken);

    public Task<ServiceJobResult> RestartAsync(string name, CancellationToken cancellationToken) =>
        RunJobAsync(JobKind.Restart, name, cancellationToken);

    public Task KillAsync(string name, int signal, CancellationToken cancellationToken) =>
        CallIfLoadedAsync(
            SystemdLink.ManagerCall("KillUnit", UnitName.ToId(name), "all", signal),
            $"send signal {signal} to {name}",
            name,
            cancellationToken
        );

    public Task ResetFailedAsync(string name, CancellationToken cancellationToken) =>
        CallIfLoadedAsync(SystemdLink.ManagerCall("ResetFailedUnit", UnitName.ToId(name)), $"reset {name}", name, cancellationToken);

    public async Task EnableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var shown = string.Join(", ", names);
        var body = await CallAsync(
                SystemdLink.ManagerCall("EnableUnitFiles", Ids(names), false, false),
                $"enable {shown}",
                shown,
                cancellationToken
            )
            .ConfigureAwait(false);
        await UpdateAsync(cancellationToken).ConfigureAwait(false);
        if (body is [false, ..])
        {
            throw new SystemdException(
                OpsError.InvalidArgument,
                $"Could not enable {shown}: nothing in its unit file says when it is to start (no [Install] section).",
                target: shown,
                advice: "Such a unit is started by what needs it. Add [Install] with WantedBy=multi-user.target if it is to start at boot."
            );
        }
    }

    public async Task DisableAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var shown = string.Join(", ", names);
        await CallAsync(SystemdLink.ManagerCall("DisableUnitFiles", Ids(names), false), $"disable {shown}", shown, cancellationToken)
            .ConfigureAwait(false);
        await UpdateAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What org.freedesktop.systemd1.Timer tells of a timer; empty when there is no such unit.</summary>
    public async Task<UnitProperties> ReadTimerAsync(string name, CancellationToken cancellationToken)
    {
        var id = UnitName.ToId(name);
        var call = new BusCall(UnitName.ToPath(id), SystemdLink.PropertiesInterface, "GetAll", UnitName.ToInterface(id));
        var body = await CallAsync(call, $"read {name}", name, cancellationToken).ConfigureAwait(false);
        return new UnitProperties((Dictionary<string, object?>)body[0]!);
    }

    /// <summary>daemon-reload. With thousands of units it takes seconds, in which systemd answers nobody.</summary>
    public async Task<ServiceManagerUpdate> UpdateAsync(CancellationToken cancellationToken)
    {
        var link = await _links.GetAsync(cancellationToken).ConfigureAwait(false);
        var call = SystemdLink.ManagerCall("Reload") with { Timeout = TimeSpan.FromMinutes(3) };
        await link.CallAsync(call, "reload the unit files", null, cancellationToken).ConfigureAwait(false);
        return new ServiceManagerUpdate { Manager = ServiceManagerKind.Systemd };
    }

    public async Task<IReadOnlyList<ServiceProcess>> GetProcessesAsync(string name, CancellationToken cancellationToken)
    {
        var call = SystemdLink.ManagerCall("GetUnitProcesses", UnitName.ToId(name));
        var body = await CallIfLoadedAsync(call, $"read the processes of {name}", name, cancellationToken).ConfigureAwait(false);

        // a(sus): control group, pid, command line.
        return body is null
            ? []
            :
            [
                .. ((object?[])body[0]!)
                    .Cast<object?[]>()
                    .Select(process => new ServiceProcess((int)(uint)process[1]!, (string)process[2]!)),
            ];
    }

    public async IAsyncEnumerable<ManagedService> WatchAsync(
        IReadOnlyList<string> names,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var ids = NameMatch.Expand(names).Select(UnitName.ToId).Distinct(StringComparer.Ordinal).ToArray();
        while (true)
        {
            var (link, units) = await ListForWatchAsync(ids, cancellationToken).ConfigureAwait(false);
            using var watch = new UnitWatch(link, _mapper, units);
            while (await watch.Changes.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (watch.Changes.TryRead(out var service))
                {
                    yield return service;
                }
            }
        }
    }

    public ValueTask DisposeAsync() => _links.DisposeAsync();

    private static string[] Ids(IEnumerable<string> names) =>
        [.. NameMatch.Expand(names).Select(UnitName.ToId).Distinct(StringComparer.Ordinal)];

    private async Task<ServiceJobResult> RunJobAsync(JobKind kind, string name, CancellationToken cancellationToken)
    {
        var link = await _links.GetAsync(cancellationToken).ConfigureAwait(false);
        return await JobRunner.RunAsync(link, kind, name, cancellationToken).ConfigureAwait(false);
    }

    private async Task<object?[]> CallAsync(BusCall call, string action, string unit, CancellationToken cancellationToken)
    {
        var link = await _links.GetAsync(cancellationToken).ConfigureAwait(false);
        return await link.CallAsync(call, action, unit, cancellationToken).ConfigureAwait(false);
    }

    // systemd forgets units that rest, and then has no such unit for calls about its processes: that is not a wrong name. Null: nothing of
    // it is there.
    private async Task<object?[]?> CallIfLoadedAsync(BusCall call, string action, string unit, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(call, action, unit, cancellationToken).ConfigureAwait(false);
        }
        catch (SystemdException failure) when (failure.Error == OpsError.UnitNotFound)
        {
            var link = await _links.GetAsync(cancellationToken).ConfigureAwait(false);
            var units = await new UnitReader(link, _mapper)
                .ListByNamesAsync([UnitName.ToId(unit)], cancellationToken)
                .ConfigureAwait(false);
            if (units is [{ LoadState: not "not-found" }])
            {
                return null;
            }

            throw;
        }
    }

    // Aliases signal under the name that they stand for, so the names are looked up first.
    private async Task<(SystemdLink Link, IReadOnlyList<UnitListing> Units)> ListForWatchAsync(
        string[] ids,
        CancellationToken cancellationToken
    )
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            try
            {
                var link = await _links.GetAsync(cancellationToken).ConfigureAwait(false);
                return (link, await new UnitReader(link, _mapper).ListByNamesAsync(ids, cancellationToken).ConfigureAwait(false));
            }
            catch (SystemdException failure)
                when (failure.Error is OpsError.ConnectionFailed or OpsError.ManagerUnavailable
                    && _time.GetElapsedTime(began) < ReconnectTime
                )
            {
                await Task.Delay(ReconnectEvery, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
