using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>Where a scope's bus is.</summary>
internal static class SdBusOpener
{
    public static IBusConnection Open(ServiceScope scope, string? remoteHost) => new SdBusConnection(() => OpenHandle(scope, remoteHost));

    private static BusHandle OpenHandle(ServiceScope scope, string? remoteHost)
    {
        if (!LibSystemd.IsAvailable)
        {
            throw new BusOpenException(new BusError(BusError.NoLibrary, $"{LibSystemd.Name} is not on this machine."));
        }

        var result = remoteHost is not null
            ? SdBus.OpenSystemRemote(out var bus, remoteHost)
            : scope == ServiceScope.User ? SdBus.OpenUser(out bus) : SdBus.OpenSystem(out bus);
        return result >= 0 ? new BusHandle(bus) : throw new BusOpenException(new BusError(BusError.NoServer, Errno.Describe(-result)));
    }
}
