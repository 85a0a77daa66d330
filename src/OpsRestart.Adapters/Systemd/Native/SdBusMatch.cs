using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>
/// One match rule. Counts as a call in flight until the bus has accepted it; its slot lives until it is disposed of or the connection ends.
/// </summary>
internal sealed unsafe class SdBusMatch(IBusThread thread, string rule, Action<BusSignal> onSignal) : SdBusRequest, IDisposable
{
    private nint _slot;
    private volatile bool _disposed;

    public override bool Start(BusHandle bus)
    {
        if (_disposed)
        {
            return false;
        }

        var result = SdBus.AddMatchAsync(bus, out _slot, rule, &OnSignal, &OnInstalled, ToUserData());
        if (result < 0)
        {
            Release();
            return false;
        }

        thread.Opened(this);
        return true;
    }

    // The connection's OnClosed tells whoever waits for signals.
    public override void Fail(BusError error) { }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            thread.Post(new Removal(this));
        }
    }

    /// <summary>Bus thread: gives the slot back. An unfinished installation ends with it.</summary>
    public void Remove()
    {
        thread.Completed(this);
        thread.Removed(this);
        if (_slot != 0)
        {
            SdBus.SlotUnref(_slot);
            _slot = 0;
        }

        Release();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnInstalled(nint message, nint userData, nint error)
    {
        var self = FromUserData<SdBusMatch>(userData);
        self.Installed();
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSignal(nint message, nint userData, nint error)
    {
        var self = FromUserData<SdBusMatch>(userData);
        try
        {
            self.Dispatch(message);
        }
#pragma warning disable CA1031 // See IBusThread.Failed.
        catch (Exception failure)
        {
            self.Threw(failure);
        }
#pragma warning restore CA1031

        return 0;
    }

    private void Installed() => thread.Completed(this);

    private void Threw(Exception failure) => thread.Failed(failure);

    private void Dispatch(nint message)
    {
        if (!_disposed && MessageReader.ReadReply(message) is { Error: null } read)
        {
            onSignal(new BusSignal(SdBus.Text(SdBus.GetPath(message)), SdBus.Text(SdBus.GetMember(message)), read.Body));
        }
    }

    private sealed class Removal(SdBusMatch match) : SdBusRequest
    {
        public override bool Start(BusHandle bus)
        {
            match.Remove();
            return false;
        }

        public override void Fail(BusError error) { }
    }
}
