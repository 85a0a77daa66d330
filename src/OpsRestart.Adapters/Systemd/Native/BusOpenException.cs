using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>The bus could not be opened. Stays inside the native folder: it becomes the error of every call.</summary>
internal sealed class BusOpenException(BusError error) : Exception(error.Message)
{
    public BusError Error { get; } = error;
}
