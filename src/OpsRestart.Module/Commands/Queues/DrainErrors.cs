using System.Management.Automation;
using OpsRestart.Errors;

namespace OpsRestart.Commands;

/// <summary>Why a drain did not end: four different answers, and for a timeout exactly what is left.</summary>
internal static class DrainErrors
{
    private const int ShownTasks = 10;

    public static ErrorRecord Of(DrainResult result, TimeSpan timeout)
    {
        var (error, what, advice) = result.Verdict switch
        {
            DrainVerdict.Unreachable => (OpsError.ConnectionFailed, "its broker can't be reached", "Start the broker, or check its address."),
            DrainVerdict.NoWorkers => (OpsError.NoWorkers, "no worker consumes it, so that it can't drain", "Start a worker, or look with Get-WorkQueue."),
            DrainVerdict.NoReply => (OpsError.NoReply, "its workers are there and do not answer", "Look with Get-QueueWorker and at the workers' logs."),
            _ => (OpsError.DrainTimeout, $"{result.Waiting} waiting, {result.Held} held by workers, {result.Executing} running are left", "Wait longer with -Timeout, or end tasks with Stop-WorkerTask."),
        };
        var lines = result.Remaining.Count > 0
            ? result.Remaining.Take(ShownTasks).Select(Line)
            : result.Evidence.Take(ShownTasks);
        var left = string.Concat(lines.Select(static l => $"{Environment.NewLine}  {l}"));
        return ErrorRecords.Create(error, $"{result.Queue} did not drain within {Duration.Format(timeout)}: {what}.{left}", result.Queue, advice);
    }

    private static string Line(WorkerTask task)
        => $"{task.Name} {task.Id}, {task.State.ToString().ToLowerInvariant()}{(task.Worker is null ? "" : $" on {task.Worker}")}{(task.Age is { } age ? $" for {Duration.Format(age)}" : "")}";
}
