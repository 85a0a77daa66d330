namespace OpsRestart.Core.Runs;

/// <summary>The lock of a graph while a run holds it.</summary>
internal interface IHeldRunLock : IAsyncDisposable
{
    /// <summary>The run before this one, when it was killed before it had ended; else null.</summary>
    KilledRun? Before { get; }

    /// <summary>Notes what the run found running, for the next one if this is killed. Not being able to is no failure.</summary>
    /// <param name="nodes">Names of the graph's nodes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task RememberAsync(IReadOnlyList<string> nodes, CancellationToken cancellationToken);
}
