namespace OpsRestart.Adapters.Systemd.Bus;

/// <summary>
/// One connection to a message bus: the whole of what the systemd adapter needs of D-Bus, so that another D-Bus library could take
/// libsystemd's place.
/// </summary>
internal interface IBusConnection : IAsyncDisposable
{
    /// <summary>False once the connection was lost or closed; it never opens again.</summary>
    bool IsOpen { get; }

    /// <summary>
    /// Sends a call. <paramref name="onReply"/> runs exactly once, on the thread of the bus and before any message that came after the
    /// reply is looked at; when the connection is lost it gets <see cref="BusError.Disconnected"/>. It must be quick and must not throw.
    /// </summary>
    void Send(BusCall call, Action<BusReply> onReply);

    /// <summary>
    /// Asks for the signals that a match rule describes, from before anything that is sent later. The handler runs on the thread of the
    /// bus. It ends with the connection or by disposing what is returned.
    /// </summary>
    IDisposable Match(string rule, Action<BusSignal> onSignal);

    /// <summary>Runs once, when the connection is gone; at once when it is gone already. Disposing what is returned forgets it.</summary>
    IDisposable OnClosed(Action handler);
}
