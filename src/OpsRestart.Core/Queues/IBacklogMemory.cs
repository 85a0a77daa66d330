namespace OpsRestart.Core.Queues;

/// <summary>Keeps what was seen of queues from one check to the next. Losing it costs no more than waiting again.</summary>
internal interface IBacklogMemory
{
    BacklogProgress? Find(string queue);

    void Save(BacklogProgress progress);

    void Forget(string queue);
}
