using OpsRestart.Errors;

namespace OpsRestart.Commands;

[Cmdlet(VerbsData.Import, "ServiceGraph")]
[OutputType(typeof(ServiceGraph))]
public sealed class ImportServiceGraphCommand : OpsCmdlet
{
    /// <summary>Graph files (YAML or JSON).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    public string[] Path { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (var path in Path)
        {
            ServiceGraph graph;
            try
            {
                // A path without any slash must not be looked up as a name of the catalogue.
                graph = Session.LoadGraph(SessionState.Path.GetUnresolvedProviderPathFromPSPath(path));
            }
            catch (OpsRestartException e)
            {
                WriteError(ErrorRecords.From(e, path));
                continue;
            }
            catch (ArgumentException e)
            {
                // A path with a null character, which no file has.
                WriteError(
                    ErrorRecords.From(
                        new OpsRestartException(OpsError.GraphNotFound, $"'{path}' is no path: {e.Message}", path, null, e),
                        path
                    )
                );
                continue;
            }

            WriteObject(graph);
        }
    }
}
