namespace OpsRestart.Commands;

[Cmdlet(VerbsData.Export, "ServiceGraph", DefaultParameterSetName = ByName, SupportsShouldProcess = true)]
[OutputType(typeof(string))]
public sealed class ExportServiceGraphCommand : GraphCommand
{
    /// <summary>Yaml (default), Mermaid or Dot.</summary>
    [Parameter]
    public GraphFormat Format { get; set; } = GraphFormat.Yaml;

    /// <summary>Write to this file. Default: to the pipeline.</summary>
    [Parameter(Position = 1)]
    public string? Path { get; set; }

    private protected override void Process(ServiceGraph graph)
    {
        var text = Session.Write(graph, Format);
        if (Path is null)
        {
            WriteObject(text);
            return;
        }

        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path);
        if (ShouldProcess(ShownText.Line(path), ShownText.Line($"Write {graph.Name} as {Format}")))
        {
            WriteFile(path, text);
        }
    }

    private static void WriteFile(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OpsRestartException(
                e is UnauthorizedAccessException ? OpsError.AccessDenied : OpsError.InvalidArgument,
                $"{path} can't be written: {e.Message}",
                path,
                null,
                e
            );
        }
    }
}
