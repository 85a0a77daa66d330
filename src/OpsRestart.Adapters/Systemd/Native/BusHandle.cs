using Microsoft.Win32.SafeHandles;

namespace OpsRestart.Adapters.Systemd.Native;

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
