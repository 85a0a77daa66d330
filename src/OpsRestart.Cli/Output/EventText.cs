using OpsRestart.Core.Execution;

namespace OpsRestart.Cli.Output;

/// <summary>An event as a line.</summary>
internal static class EventText
{
    /// <summary>Null for events that people need no line for.</summary>
    public static string? Of(RunEvent e)
    {
        var what = e.StepKind is { } kind ? $"{RunTable.Verb(kind)} {e.Target}".TrimEnd() : "";
        return e.Kind switch
        {
            RunEventKind.StepFinished => $"{what}: {Status(e)}{(e.Message.Length == 0 ? "" : $", {e.Message.Split('\n')[0]}")}",
            RunEventKind.StepProgress => $"{what}: {e.Message}",
            RunEventKind.Warning => $"warning: {e.Message}",
            RunEventKind.RunStarted or RunEventKind.Finding or RunEventKind.RollbackStarted => e.Message,
            _ => null,
        };
    }

    public static Paint PaintOf(RunEvent e) => e.Kind switch
    {
        RunEventKind.Warning or RunEventKind.RollbackStarted => Paint.Warning,
        RunEventKind.StepFinished when e.Status is { } status => RunReport.PaintOf(status),
        _ => Paint.None,
    };

    // A node's start is one of three steps that all read "start": what was reached tells them apart.
    private static string Status(RunEvent e) => e is { StepKind: StepKind.Start, Status: StepStatus.Done } ? "started" : RunTable.Words(e.Status ?? StepStatus.Done);
}
