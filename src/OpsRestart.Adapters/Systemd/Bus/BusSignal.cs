namespace OpsRestart.Adapters.Systemd.Bus;

/// <summary>A signal that came in. Values as in <see cref="BusReply"/>.</summary>
internal readonly record struct BusSignal(string Path, string Member, object?[] Body);
