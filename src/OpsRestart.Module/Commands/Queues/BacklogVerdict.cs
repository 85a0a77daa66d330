using System.Globalization;

namespace OpsRestart.Commands;

/// <summary>Whether a backlog is bearable.</summary>
internal sealed record BacklogVerdict(WorkQueue Queue, double Rate)
{
    public ProbeResult Judge(long max, TimeSpan? maxAge, TimeSpan? timeToClear)
    {
        var (reason, detail) = Complaint(max, maxAge, timeToClear);
        return new ProbeResult
        {
            Probe = "backlog",
            Target = $"{Queue.Name} at {Queue.Broker}",
            Status = reason is null ? ProbeStatus.Healthy : ProbeStatus.Unhealthy,
            Reason = reason ?? string.Create(CultureInfo.InvariantCulture, $"{Queue.Ready} waiting"),
            Detail = detail,
            CheckedAt = Queue.SampledAt,
        };
    }

    private (string? Reason, string Detail) Complaint(long max, TimeSpan? maxAge, TimeSpan? timeToClear)
    {
        if (Queue is { Ready: > 0, Consumers: 0 })
        {
            return ("NoWorkers", $"{Queue.Ready} tasks wait and no worker consumes the queue. Start a worker.");
        }

        if (maxAge is { } age && Queue.OldestAge > age)
        {
            return ("TooOld", $"The oldest task has been waiting for {Duration.Format(Queue.OldestAge.Value)}, longer than {Duration.Format(age)}.");
        }

        if (timeToClear is not { } allowed)
        {
            return Queue.Ready > max ? ("TooMany", $"{Queue.Ready} tasks wait, more than {max}.") : (null, "");
        }

        if (Queue.Ready == 0)
        {
            return (null, "");
        }

        var rate = Rate.ToString("0.#", CultureInfo.InvariantCulture);
        var needed = Rate > 0 ? TimeSpan.FromSeconds(Math.Min(Queue.Ready / Rate, TimeSpan.MaxValue.TotalSeconds / 2)) : (TimeSpan?)null;
        return needed is null ? ("Stalled", $"{Queue.Ready} tasks wait and none was finished while it was looked at.")
            : needed > allowed ? ("TooSlow", $"{Queue.Ready} tasks at {rate} a second take {Duration.Format(needed.Value)}, longer than {Duration.Format(allowed)}.")
            : (null, $"{Queue.Ready} tasks at {rate} a second take {Duration.Format(needed.Value)}.");
    }
}
