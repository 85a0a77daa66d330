namespace OpsRestart.Core.Abstractions;

/// <summary>The end of one job on one service.</summary>
/// <param name="Name">The service.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Raw">The manager's own word for it.</param>
public sealed record ServiceJobResult(string Name, ServiceJobStatus Status, string Raw)
{
    public bool Succeeded => Status is ServiceJobStatus.Done or ServiceJobStatus.Unchanged;
}
