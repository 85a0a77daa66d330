namespace OpsRestart;

/// <summary>What an event of a run reports.</summary>
public enum RunEventKind
{
    /// <summary>The first event of a run.</summary>
    RunStarted,

    /// <summary>A finding of preflight.</summary>
    Finding,

    /// <summary>A step has begun.</summary>
    StepStarted,

    /// <summary>A step under way has something to say.</summary>
    StepProgress,

    /// <summary>A step has ended, well or badly.</summary>
    StepFinished,

    /// <summary>Something failed: the steps that follow are the rollback.</summary>
    RollbackStarted,

    /// <summary>Something that people should know; the run goes on.</summary>
    Warning,

    /// <summary>The last event of a run.</summary>
    RunFinished,
}
