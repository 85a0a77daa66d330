namespace OpsRestart.Core.Reports;

/// <summary>An event of a run as people read it. Both fronts say the same.</summary>
internal static class EventWords
{
    /// <summary>One line; null for events that people need no line for.</summary>
    public static string? Of(RunEvent e) =>
        e.Kind switch
        {
            RunEventKind.StepFinished => $"{What(e)}: {Result(e)}",
            RunEventKind.StepProgress => $"{What(e)}: {e.Message}",
            RunEventKind.Warning => $"warning: {e.Message}",
            RunEventKind.RunStarted or RunEventKind.Finding or RunEventKind.RollbackStarted => e.Message,
            _ => null,
        };

    /// <summary>The step that it is about: "stop web".</summary>
    public static string What(RunEvent e) => e.StepKind is { } kind ? $"{RunTable.Verb(kind)} {e.Target}".TrimEnd() : "";

    public static Paint PaintOf(RunEvent e) =>
        e.Kind switch
        {
            RunEventKind.Warning or RunEventKind.RollbackStarted => Paint.Warning,
            RunEventKind.StepFinished when e.Status is { } status => RunTable.PaintOf(status),
            _ => Paint.None,
        };

    // A node's start is one of three steps that all read "start": what was reached tells them apart.
    private static string Result(RunEvent e)
    {
        var status = e is { StepKind: StepKind.Start, Status: StepStatus.Done } ? "started" : RunTable.Words(e.Status ?? StepStatus.Done);
        var message = e.Message.Split('\n')[0];
        return message.Length == 0 || string.Equals(message, status, StringComparison.OrdinalIgnoreCase) ? status : $"{status}, {message}";
    }
}
