namespace OpsRestart.Commands;

/// <summary>A service, and whose it is.</summary>
internal sealed record FoundService(ManagerTarget Target, IServiceManager Manager, ManagedService Service);
