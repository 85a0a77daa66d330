namespace OpsRestart.Cli.Output;

/// <summary>Every event as it comes, then the result.</summary>
internal sealed class JsonReporter(Terminal terminal) : IRunReporter
{
    private readonly JsonLines _lines = new(terminal.Out);

    public void Add(RunEvent e) => _lines.Write("event", e, JsonContext.Default.RunEvent);

    public void Say(string line) => terminal.Error.WriteLine(line);

    public Task FinishAsync(ServiceGraphRun run)
    {
        _lines.Write("result", run, JsonContext.Default.ServiceGraphRun);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
