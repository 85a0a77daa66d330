namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>A worker, its process, and what it consumes.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Pid">Its main process; 0 where it did not tell.</param>
/// <param name="Queues">None: it is suspended, or was started without.</param>
internal sealed record CeleryConsumer(string Node, int Pid, IReadOnlyList<string> Queues)
{
    /// <summary>Whether it may be this process; where one of the two is not known, it is.</summary>
    public bool IsProcess(int pid) => pid == 0 || Pid == 0 || pid == Pid;
}
