using OpsRestart.Adapters.Systemd.Bus;

namespace OpsRestart.Adapters.Systemd;

/// <summary>How a job ended, or why there was none.</summary>
/// <param name="Result">systemd's word: done, failed, timeout, canceled, dependency, skipped …</param>
/// <param name="Error">Set when systemd refused, or when the connection was lost.</param>
internal sealed record JobEnd(string? Result, BusError? Error)
{
    /// <summary>The job is gone, but how it ended was not heard.</summary>
    public const string Unseen = "unseen";

    public ServiceJobStatus Status =>
        Result switch
        {
            "done" => ServiceJobStatus.Done,
            "canceled" or "collected" => ServiceJobStatus.Cancelled,
            "timeout" => ServiceJobStatus.TimedOut,
            "dependency" => ServiceJobStatus.DependencyFailed,
            "skipped" => ServiceJobStatus.Skipped,
            "once" => ServiceJobStatus.Unchanged,
            _ => ServiceJobStatus.Failed,
        };
}
