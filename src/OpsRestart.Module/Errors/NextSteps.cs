namespace OpsRestart.Errors;

/// <summary>What a PowerShell user does next, by kind of error: the engine and its adapters know no front, and name no cmdlet.</summary>
internal static class NextSteps
{
    /// <summary>The exception's own advice, with the cmdlet that helps.</summary>
    public static string After(OpsError error, string? advice)
    {
        var step = Of(error);
        return step.Length == 0 || advice?.Contains(step[..step.IndexOf(' ', StringComparison.Ordinal)], StringComparison.Ordinal) == true
            ? advice ?? ""
            : $"{advice} {step}".Trim();
    }

    private static string Of(OpsError error) =>
        error switch
        {
            OpsError.UnitNotFound => "Get-ManagedService -IncludeUnloaded lists all that there are.",
            OpsError.InvalidGraph or OpsError.CyclicDependency => "Test-ServiceGraph lists all that is wrong, with file and line.",
            OpsError.QueueNotFound => "Get-WorkQueue lists the queues.",
            OpsError.NoReply => "Get-QueueWorker shows the workers.",
            OpsError.NoWorkers => "Get-WorkQueue shows what consumes the queues.",
            OpsError.DrainTimeout or OpsError.DrainAborted => "Get-WorkerTask shows the tasks that are left, Stop-WorkerTask ends them.",
            OpsError.JobFailed or OpsError.ServiceFailed or OpsError.StartTimeout or OpsError.ReadyTimeout =>
                "Get-ServiceLog shows what the service logged.",
            OpsError.StopTimeout => "Get-ManagedService shows what state the service is in.",
            OpsError.KnownBadState => "Test-ServiceHealth shows how things are; Start-ServiceGraph brings the graph up.",
            _ => "",
        };
}
