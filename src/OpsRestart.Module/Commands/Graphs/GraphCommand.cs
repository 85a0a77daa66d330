using OpsRestart.Completion;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

/// <summary>Takes graphs by name, by file, or as objects. A graph that can't be loaded is reported as its own error.</summary>
public abstract class GraphCommand : OpsCmdlet
{
    private protected const string ByName = "Graph";
    private protected const string ByObject = "InputObject";

    /// <summary>Names from the catalogue folders, or paths of graph files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public string[] Graph { get; set; } = [];

    /// <summary>Graphs from New-, Get- or Import-ServiceGraph.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByObject)]
    public ServiceGraph[] InputObject { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (var graph in InputObject)
        {
            Guarded(graph.Name, () => Process(graph));
        }

        foreach (var name in Graph)
        {
            Guarded(name, () => ProcessName(this.ResolveGraphPath(name)));
        }
    }

    private protected abstract void Process(ServiceGraph graph);

    private protected virtual void ProcessName(string nameOrPath) => Process(Session.LoadGraph(nameOrPath));

    private void Guarded(string target, Action process)
    {
        try
        {
            process();
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, target));
        }
    }
}
