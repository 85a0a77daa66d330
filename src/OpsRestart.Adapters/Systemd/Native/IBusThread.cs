namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>What requests need of the thread that carries them out.</summary>
internal interface IBusThread
{
    /// <summary>For any thread: hands a request to the bus thread. Fails it at once when there is none any more.</summary>
    void Post(SdBusRequest request);

    /// <summary>Bus thread: the request has been answered.</summary>
    void Completed(SdBusRequest request);

    /// <summary>Bus thread: a slot that must be given back before the bus can be closed.</summary>
    void Opened(SdBusMatch match);

    /// <summary>Bus thread.</summary>
    void Removed(SdBusMatch match);

    /// <summary>
    /// Bus thread: a handler threw. An exception must not leave a callback of the C library, so the connection ends with it.
    /// </summary>
    void Failed(Exception failure);
}
