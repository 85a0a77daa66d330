namespace OpsRestart.Core.Queues;

/// <summary>What stopping one task did.</summary>
/// <param name="Id">The task.</param>
/// <param name="Stopped">Whether it was there and will not run (any further). False for an id that was found nowhere.</param>
/// <param name="Detail">What was done, or why not.</param>
internal sealed record TaskStopResult(string Id, bool Stopped, string Detail)
{
    /// <summary>It was not stopped because it runs already, and only ending its process would stop it.</summary>
    public bool IsRunning { get; init; }
}
