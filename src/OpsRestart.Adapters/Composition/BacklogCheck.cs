using OpsRestart.Adapters.Probes;
using OpsRestart.Adapters.Queues;

namespace OpsRestart.Adapters.Composition;

/// <summary>The judgement of backlogs, for who has a queue system open.</summary>
internal sealed class BacklogCheck
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(5);
    private readonly BacklogWatch _watch;
    private readonly BacklogSettings _settings;

    /// <param name="settings">As of a backlog probe: <c>crit</c>, <c>warn</c>, <c>timeToClear</c> …</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="OpsRestartException">InvalidArgument: one of the settings is wrong.</exception>
    public BacklogCheck(IReadOnlyDictionary<string, object?> settings, TimeProvider time)
    {
        var reader = new ProbeSettings(
            new ProbeDefinition
            {
                Kind = "backlog",
                Target = "",
                Settings = settings,
            }
        );
        _settings = BacklogSettings.Read(reader, Sample);
        _watch = Parts.Backlog(time);
        if (reader.Complete() is [var wrong, ..])
        {
            throw new OpsRestartException(OpsError.InvalidArgument, wrong.Message, wrong.Target, wrong.Advice);
        }
    }

    /// <summary>A result for each queue.</summary>
    public async Task<IReadOnlyList<ProbeResult>> CheckAsync(
        IWorkQueueSystem system,
        IReadOnlyList<string> names,
        CancellationToken cancellationToken
    )
    {
        var judged = await _watch.JudgeAsync(system, names, _settings, cancellationToken).ConfigureAwait(false);
        return
        [
            .. judged.Select(static j => new ProbeResult
            {
                Probe = "backlog",
                Target = $"{j.Queue.Name} at {j.Queue.Broker}",
                Status = j.Verdict.Status,
                Reason = j.Verdict.Reason,
                Detail = j.Verdict.Detail,
                Measures = j.Verdict.Measures,
                CheckedAt = j.Queue.SampledAt,
            }),
        ];
    }
}
