using System.Runtime.InteropServices;
using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd.Native;

/// <summary>Something that the bus thread sends and that the bus answers. All but <see cref="Fail"/> is called on the bus thread.</summary>
internal abstract class SdBusRequest
{
    private GCHandle _self;

    /// <summary>Sends it. False when there is nothing to wait for: it has failed already, or it wants no answer.</summary>
    public abstract bool Start(BusHandle bus);

    /// <summary>It will never be answered.</summary>
    public abstract void Fail(BusError error);

    /// <summary>
    /// Gives up what keeps the native side from losing this object. Safe to call twice; only when no callback can come any more.
    /// </summary>
    public void Release()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    /// <summary>The object behind the user data of a callback.</summary>
    protected static T FromUserData<T>(nint userData)
        where T : SdBusRequest => (T)GCHandle.FromIntPtr(userData).Target!;

    protected nint ToUserData()
    {
        _self = GCHandle.Alloc(this);
        return GCHandle.ToIntPtr(_self);
    }
}
