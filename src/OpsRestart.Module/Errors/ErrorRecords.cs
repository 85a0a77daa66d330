namespace OpsRestart.Errors;

/// <summary>
/// The one place that makes an ErrorRecord. The id is the name of the <see cref="OpsError"/>, so that text and id can't drift apart.
/// </summary>
internal static class ErrorRecords
{
    public static ErrorRecord From(Exception exception, object? target = null) =>
        exception switch
        {
            OpsRestartException known => Create(known, target),
            RuntimeException { ErrorRecord: { } record } => record,
            OperationCanceledException => Create(
                new OpsRestartException(OpsError.Cancelled, "The work was cancelled.", null, null, exception),
                target
            ),
            _ => Create(
                new OpsRestartException(
                    OpsError.Unexpected,
                    $"{exception.GetType().Name}: {SecretText.Redact(exception.Message)}",
                    null,
                    "This is a defect of OpsRestart. Please report it with the text of Get-Error.",
                    exception
                ),
                target
            ),
        };

    public static ErrorRecord Create(OpsError error, string message, object? target = null, string? advice = null) =>
        Create(new OpsRestartException(error, message, target?.ToString(), advice), target);

    /// <param name="name">What was looked for.</param>
    /// <param name="hostName">Where; null: here.</param>
    /// <param name="unasked">Why another manager that may have it was not asked; null: all were.</param>
    public static ErrorRecord UnitNotFound(string name, string? hostName, string? unasked = null) =>
        Create(
            OpsError.UnitNotFound,
            (hostName is null ? $"There is no service '{name}'." : $"There is no service '{name}' on {hostName}.")
                + (unasked is null ? "" : $" {unasked}"),
            name,
            "Get-ManagedService -IncludeUnloaded lists all that there are."
        );

    private static ErrorRecord Create(OpsRestartException exception, object? target)
    {
        var record = new ErrorRecord(exception, exception.Error.ToString(), CategoryOf(exception.Error), target ?? exception.Target);
        // What is shown must not steer the terminal; the exception keeps the text as it was.
        var shown = ShownText.Of(exception.Message);
        var next = NextSteps.After(exception.Error, exception.Advice);
        if (next.Length > 0 || shown != exception.Message)
        {
            record.ErrorDetails = new ErrorDetails(shown) { RecommendedAction = ShownText.Of(next) };
        }

        return record;
    }

    internal static ErrorCategory CategoryOf(OpsError error) =>
        error switch
        {
            OpsError.UnitNotFound or OpsError.QueueNotFound or OpsError.GraphNotFound or OpsError.TaskNotFound or OpsError.KeyNotFound =>
                ErrorCategory.ObjectNotFound,
            OpsError.InvalidGraph or OpsError.CyclicDependency => ErrorCategory.InvalidData,
            OpsError.InvalidArgument => ErrorCategory.InvalidArgument,
            OpsError.AccessDenied => ErrorCategory.PermissionDenied,
            OpsError.AuthenticationFailed => ErrorCategory.AuthenticationError,
            OpsError.ConnectionFailed or OpsError.NoReply => ErrorCategory.ConnectionError,
            OpsError.ProtocolError => ErrorCategory.ProtocolError,
            OpsError.StopTimeout or OpsError.StartTimeout or OpsError.ReadyTimeout or OpsError.DrainTimeout or OpsError.RunTimeout =>
                ErrorCategory.OperationTimeout,
            OpsError.RunInProgress => ErrorCategory.ResourceBusy,
            OpsError.PreflightFailed or OpsError.UnitMasked => ErrorCategory.InvalidOperation,
            OpsError.ManagerUnavailable or OpsError.NoWorkers => ErrorCategory.ResourceUnavailable,
            OpsError.Cancelled or OpsError.DrainAborted => ErrorCategory.OperationStopped,
            OpsError.JobFailed or OpsError.ServiceFailed or OpsError.HookFailed or OpsError.KnownBadState or OpsError.ValidationFailed =>
                ErrorCategory.InvalidResult,
            _ => ErrorCategory.NotSpecified,
        };
}
