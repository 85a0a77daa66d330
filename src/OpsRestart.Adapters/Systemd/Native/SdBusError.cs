using System.Runtime.InteropServices;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>sd_bus_error(3): the two strings are borrowed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SdBusError
{
    public byte* Name;
    public byte* Message;
    public int NeedFree;
}
