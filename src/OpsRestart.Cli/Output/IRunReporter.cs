namespace OpsRestart.Cli.Output;

/// <summary>Tells how a run gets on, and its result.</summary>
internal interface IRunReporter : IAsyncDisposable
{
    /// <summary>Called in order, one event at a time, on any thread; must not throw and must not take long.</summary>
    void Add(RunEvent e);

    /// <summary>A line for people, at once.</summary>
    void Say(string line);

    /// <summary>Called once, after the last event.</summary>
    Task FinishAsync(ServiceGraphRun run);
}
