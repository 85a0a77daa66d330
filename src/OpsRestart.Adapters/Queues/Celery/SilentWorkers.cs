namespace OpsRestart.Adapters.Queues.Celery;

/// <summary>Since when answers are missing, and whose. A worker that is busy with one broadcast too many is late; one that stays silent does not answer.</summary>
internal sealed class SilentWorkers(TimeSpan patience, TimeProvider time)
{
    private long? since;
    private IReadOnlyList<string> names = [];

    public bool Any => since is not null;

    public bool IsLong => since is { } at && time.GetElapsedTime(at) >= patience;

    public string Sentence => since is not { } at ? ""
        : FormattableString.Invariant($"{(names.Count > 0 ? string.Join(", ", names) : "a worker")} has not answered for {time.GetElapsedTime(at).TotalSeconds:0.0} s");

    /// <summary>Takes one round of answers.</summary>
    /// <param name="results">All of the round.</param>
    /// <param name="known">Workers that were seen in this drain.</param>
    /// <param name="answered">Workers that answered now.</param>
    public void Note(IReadOnlyList<BroadcastResult> results, IEnumerable<string> known, IEnumerable<string> answered)
    {
        if (results.All(static r => r.IsComplete))
        {
            since = null;
            names = [];
            return;
        }

        since ??= time.GetTimestamp();
        names = [.. known.Except(answered)];
    }
}
