namespace OpsRestart.Core.Queues;

/// <summary>
/// Remembers suspensions outside of this process. Celery's can't expire by themselves: when their owner died, the next call reports them
/// and offers to resume. Failing to write must fail the suspension; reading never throws, it leaves out what can't be read.
/// </summary>
internal interface ISuspensionStore
{
    /// <summary>Writes or replaces the record, with this process as its owner.</summary>
    void Save(QueueSuspension suspension);

    /// <summary>Forgets it; nothing happens when it is not there.</summary>
    void Remove(string id);

    IReadOnlyList<SuspensionRecord> List();
}
