namespace OpsRestart.Adapters.RunStore;

/// <summary>
/// One file for each queue in this user's state folder. Where there is no such folder, what is seen is kept as long as the process lives.
/// </summary>
/// <param name="folder">For tests. Default: this user's state folder.</param>
internal sealed class BacklogStore(string? folder = null) : IBacklogMemory
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, BacklogProgress> _here = new();

    public BacklogProgress? Find(string queue) =>
        (FileOf(queue) is { } file ? RecordFile.Read<BacklogProgress>(file, r => r.Queue == queue) : null)
        ?? _here.GetValueOrDefault(queue);

    public void Save(BacklogProgress progress)
    {
        _here[progress.Queue] = progress;
        try
        {
            if (FileOf(progress.Queue) is { } file)
            {
                RecordFile.Write(file, progress);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another check may write the same at this moment; either says the same of the queue.
        }
    }

    public void Forget(string queue)
    {
        _here.TryRemove(queue, out _);
        if (FileOf(queue) is { } file)
        {
            RecordFile.Remove(file);
        }
    }

    private string? FileOf(string queue)
    {
        try
        {
            var place = folder is null ? StatePlaces.Records("backlog") : PrivateFolder.Ensure(folder);
            return Path.Combine(place, RecordFile.NameFor(queue) + ".json");
        }
        catch (Exception e) when (e is StateException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
