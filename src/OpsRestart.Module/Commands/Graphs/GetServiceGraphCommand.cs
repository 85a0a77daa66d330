using OpsRestart.Completion;
using OpsRestart.Core.Text;
using OpsRestart.Errors;
using OpsRestart.Parameters;

namespace OpsRestart.Commands;

[Cmdlet(VerbsCommon.Get, "ServiceGraph")]
[OutputType(typeof(ServiceGraph))]
public sealed class GetServiceGraphCommand : OpsCmdlet
{
    /// <summary>Names of the catalogue, with wildcards, or paths. Default: all of the catalogue.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GraphNameCompleter))]
    public string[] Graph { get; set; } = ["*"];

    protected override void ProcessRecord()
    {
        foreach (var name in Graph)
        {
            var names = NameMatch.IsPattern(name)
                ? Session.Graphs.ListNames().Where(n => NameMatch.Matches(n, name))
                : [this.ResolveGraphPath(name)];
            foreach (var one in names)
            {
                Write(one);
            }
        }
    }

    private void Write(string nameOrPath)
    {
        ServiceGraph graph;
        try
        {
            graph = Session.LoadGraph(nameOrPath);
        }
        catch (OpsRestartException e)
        {
            WriteError(ErrorRecords.From(e, nameOrPath));
            return;
        }

        WriteObject(graph);
    }
}
