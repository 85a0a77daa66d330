using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>
/// One method call. sd-bus runs its callback at most once: with the reply, at its timeout, or when the connection is lost.
/// </summary>
internal sealed unsafe class SdBusCall(IBusThread thread, BusCall call, Action<BusReply> onReply) : SdBusRequest
{
    private Action<BusReply>? _onReply = onReply;
    private BusHandle? _bus;

    public override bool Start(BusHandle bus)
    {
        _bus = bus;
        var result = SdBus.NewMethodCall(bus, out var message, call.Destination, call.Path, call.Interface, call.Member);
        if (result < 0)
        {
            return Refused(result);
        }

        try
        {
            result = MessageWriter.Append(message, call.Arguments);

            // A null slot floats: sd-bus keeps the call alive by itself.
            result =
                result < 0
                    ? result
                    : SdBus.CallAsync(bus, 0, message, &OnReply, ToUserData(), (ulong)(call.Timeout.TotalMilliseconds * 1000));
            return result >= 0 || Refused(result);
        }
        finally
        {
            SdBus.MessageUnref(message);
        }
    }

    public override void Fail(BusError error) => Complete(BusReply.Failed(error));

    private bool Refused(int result)
    {
        Release();
        Fail(
            result == -Errno.NotConnected || result == -Errno.ConnectionReset
                ? new BusError(BusError.Disconnected, Errno.Describe(-result))
                : new BusError(BusError.Failed, $"{call.Member} could not be sent ({Errno.Describe(-result)}).")
        );
        return false;
    }

    private void Complete(BusReply reply) => Interlocked.Exchange(ref _onReply, null)?.Invoke(reply);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReply(nint message, nint userData, nint error)
    {
        var self = FromUserData<SdBusCall>(userData);
        self.Release();
        try
        {
            self.Answered(message);
        }
#pragma warning disable CA1031 // See IBusThread.Failed.
        catch (Exception failure)
        {
            self.Threw(failure);
        }
#pragma warning restore CA1031

        return 0;
    }

    private void Threw(Exception failure) => thread.Failed(failure);

    private void Answered(nint message)
    {
        thread.Completed(this);
        var reply = MessageReader.ReadReply(message);

        // When a connection ends sd-bus answers what is pending with NoReply, the same name as for a timeout.
        var lost = reply.Error?.Name == BusError.NoReply && SdBus.IsOpen(_bus!) <= 0;
        Complete(lost ? BusReply.Failed(new BusError(BusError.Disconnected, "The connection to the bus was lost.")) : reply);
    }
}
