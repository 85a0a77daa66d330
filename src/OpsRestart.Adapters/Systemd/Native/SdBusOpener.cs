using Microsoft.Win32.SafeHandles;
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

        var result =
            remoteHost is not null ? SdBus.OpenSystemRemote(out var bus, remoteHost)
            : scope == ServiceScope.User ? SdBus.OpenUser(out bus)
            : SdBus.OpenSystem(out bus);
        return result >= 0 ? new BusHandle(bus) : throw new BusOpenException(new BusError(BusError.NoServer, Errno.Describe(-result)));
    }
}

/// <summary>An sd_bus. Closed by the bus thread; by the finalizer only when that thread died without doing so.</summary>
internal sealed class BusHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public BusHandle(nint bus)
        : base(ownsHandle: true) => SetHandle(bus);

    protected override bool ReleaseHandle()
    {
        SdBus.FlushCloseUnref(handle);
        return true;
    }
}

/// <summary>The bus could not be opened. Stays inside the native folder: it becomes the error of every call.</summary>
internal sealed class BusOpenException(BusError error) : Exception(error.Message)
{
    public BusError Error { get; } = error;
}
