using OpsRestart.Adapters.Composition;
using OpsRestart.Completion;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "StaleService")]
[OutputType(typeof(StaleService))]
public sealed class GetStaleServiceCommand : ServiceCommand
{
    private int _hidden;

    /// <summary>Graphs (name, file or object). Without one: all services of the manager that run, by their files alone.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Graph")]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public object[] InputObject { get; set; } = [];

    /// <summary>Only these nodes of the graph; without a graph, only these services.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(NodeNameCompleter))]
    public string[] Name { get; set; } = [];

    protected override void ProcessRecord()
    {
        if (InputObject.Length == 0)
        {
            Run(async pump =>
            {
                var manager = await Session.Services.GetManagerAsync(Target, pump.Stopping).ConfigureAwait(false);
                await WriteAsync(
                        await OpsSession.FindStaleAsync(manager, Target.HostName is null, Name, pump.Stopping).ConfigureAwait(false),
                        pump
                    )
                    .ConfigureAwait(false);
            });
        }

        foreach (var input in InputObject)
        {
            if (Read(input) is { } graph)
            {
                Run(async pump =>
                    await WriteAsync(await Session.FindStaleAsync(graph, Name, pump.Stopping).ConfigureAwait(false), pump)
                        .ConfigureAwait(false)
                );
            }
        }
    }

    protected override void EndProcessing()
    {
        if (_hidden > 0)
        {
            WriteWarning($"{_hidden} processes may not be looked at by this user: what they run is not judged. Run it as root.");
        }
    }

    private async Task WriteAsync((IReadOnlyList<StaleService> Found, int Hidden) look, Pump pump)
    {
        _hidden += look.Hidden;
        foreach (var service in look.Found)
        {
            await pump.OutputAsync(service).ConfigureAwait(false);
        }
    }

    private ServiceGraph? Read(object input)
    {
        try
        {
            return (input is PSObject wrapped ? wrapped.BaseObject : input) is ServiceGraph graph
                ? graph
                : Session.LoadGraph(this.ResolveGraphPath(input.ToString() ?? ""));
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, input));
            return null;
        }
    }
}
