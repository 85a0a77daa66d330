namespace OpsRestart.Adapters.Systemd.Bus;

/// <summary>Calls as tasks.</summary>
internal static class BusCalls
{
    /// <summary>
    /// Sends a call and waits for its reply. The task continues off the bus thread; cancelling ends the wait, not the call.
    /// </summary>
    public static Task<BusReply> CallAsync(this IBusConnection bus, BusCall call, CancellationToken cancellationToken)
    {
        var reply = new TaskCompletionSource<BusReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        bus.Send(call, r => reply.TrySetResult(r));
        return reply.Task.WaitAsync(cancellationToken);
    }
}
