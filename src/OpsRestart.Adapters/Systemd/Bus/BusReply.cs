namespace OpsRestart.Adapters.Systemd.Bus;

/// <summary>
/// The reply to a call. Values are string (also for object paths and signatures), bool, the integers, double, string[], byte[],
/// object?[] (other arrays, and structs) and Dictionary&lt;string, object?&gt; (a{sv}, variants unpacked).
/// </summary>
/// <param name="Body">The values of the reply; empty for an error.</param>
/// <param name="Error">Null when the call succeeded.</param>
internal readonly record struct BusReply(object?[] Body, BusError? Error)
{
    public static BusReply Failed(BusError error) => new([], error);
}
