namespace OpsRestart;

public enum RunEventKind
{
    RunStarted,

    /// <summary>A finding of preflight.</summary>
    Finding,
    StepStarted,
    StepProgress,
    StepFinished,
    RollbackStarted,
    Warning,
    RunFinished,
}
