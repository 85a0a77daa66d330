namespace OpsRestart.Adapters.Systemd.Bus;

/// <summary>A method call. Arguments may be string, string[], bool, int or uint: their D-Bus types follow from that.</summary>
/// <param name="Path">Object path.</param>
/// <param name="Interface">Interface of the method.</param>
/// <param name="Member">The method.</param>
/// <param name="Arguments">Its arguments, in order.</param>
internal sealed record BusCall(string Path, string Interface, string Member, params object[] Arguments)
{
    /// <summary>Bus name of the receiver. Default: systemd.</summary>
    public string Destination { get; init; } = "org.freedesktop.systemd1";

    /// <summary>How long to wait for the reply. Default 30 s: PID 1 answers nothing while it reloads.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
