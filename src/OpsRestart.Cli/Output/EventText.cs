namespace OpsRestart.Cli.Output;

/// <summary>The colour of an event's line.</summary>
internal static class EventText
{
    public static Paint PaintOf(RunEvent e) => e.Kind switch
    {
        RunEventKind.Warning or RunEventKind.RollbackStarted => Paint.Warning,
        RunEventKind.StepFinished when e.Status is { } status => RunReport.PaintOf(status),
        _ => Paint.None,
    };
}
