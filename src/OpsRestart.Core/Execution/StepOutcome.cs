namespace OpsRestart.Core.Execution;

/// <summary>The end of one step: an expected failure is a value.</summary>
internal sealed record StepOutcome(StepStatus Status, string Note = "", OpsError? Error = null, string? Message = null)
{
    public static StepOutcome Failed(OpsError error, string message, string note = "") => new(StepStatus.Failed, note, error, message);

    public static StepOutcome TimedOut(OpsError error, string message, string note = "") => new(StepStatus.TimedOut, note, error, message);

    public static StepOutcome From(OpsRestartException failure) => Failed(failure.Error, failure.Sentence);
}
