namespace OpsRestart.Adapters.Systemd;

/// <summary>A job that was asked for.</summary>
internal sealed class PendingJob
{
    private readonly TaskCompletionSource<JobEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _path;

    public Task<JobEnd> Ended => _end.Task;

    /// <summary>Done once systemd has answered: with a job, or by refusing.</summary>
    public Task Known => _known.Task;

    /// <summary>The job's object path; null until systemd has answered.</summary>
    public string? Path
    {
        get => Volatile.Read(ref _path);
        set
        {
            Volatile.Write(ref _path, value);
            _known.TrySetResult();
        }
    }

    /// <summary>systemd's number of it: the last part of the path.</summary>
    public uint Id => uint.Parse(Path.AsSpan(Path!.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);

    public void End(JobEnd end)
    {
        _end.TrySetResult(end);
        _known.TrySetResult();
    }
}
