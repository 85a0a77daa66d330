using OpsRestart.Adapters.GraphFiles;

namespace OpsRestart.Tests.Units.GraphFiles;

public sealed class GraphCatalogueTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("opsrestart-catalogue-");
    private readonly string first;
    private readonly string second;
    private readonly GraphFileReader reader;

    public GraphCatalogueTests()
    {
        first = root.CreateSubdirectory("first").FullName;
        second = root.CreateSubdirectory("second").FullName;
        foreach (var file in new[] { "first/nautobot.yml", "first/notes.txt", "second/nautobot.json", "second/zulip.yaml" })
        {
            File.WriteAllText(Path.Combine(root.FullName, file), "graph: x");
        }

        reader = new GraphFileReader(new GraphFileOptions { Folders = [first, Path.Combine(root.FullName, "absent"), second] });
    }

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void Lists_the_names_of_all_folders_once() => Assert.Equal(["nautobot", "zulip"], reader.ListNames());

    [Fact]
    public void Takes_the_earlier_folder()
    {
        Assert.Equal(Path.Combine(first, "nautobot.yml"), reader.Resolve("nautobot"));
        Assert.Equal(Path.Combine(second, "zulip.yaml"), reader.Resolve("zulip"));
    }

    [Fact]
    public void Takes_a_path_as_it_is() => Assert.Equal(Path.Combine(second, "nautobot.json"), reader.Resolve(Path.Combine(second, "../second/nautobot.json")));

    [Fact]
    public void Names_the_nearest_graph_and_where_it_looked()
    {
        var error = Assert.Throws<OpsRestartException>(() => reader.Resolve("nautobto"));

        Assert.Equal(OpsError.GraphNotFound, error.Error);
        Assert.Equal($"No graph is called 'nautobto'. Looked for nautobto.yml, .yaml and .json in {first} and {root.FullName}/absent and {second}.", error.Message);
        Assert.Equal("Did you mean 'nautobot'? Graphs there: nautobot, zulip.", error.Advice);
    }

    [Fact]
    public void Says_which_path_is_missing()
    {
        var error = Assert.Throws<OpsRestartException>(() => reader.Resolve("/nowhere/x.yml"));

        Assert.Equal((OpsError.GraphNotFound, "There is no graph file /nowhere/x.yml."), (error.Error, error.Message));
    }

    [Fact]
    public void An_unreadable_file_is_a_finding()
    {
        var document = reader.Read(Path.Combine(first, "gone.yml"));

        Assert.Null(document.Graph);
        Assert.Equal("FileUnreadable", Assert.Single(document.Findings).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_name_is_a_name_that_is_not_there(string name)
        => Assert.Equal(OpsError.GraphNotFound, Assert.Throws<OpsRestartException>(() => reader.Resolve(name)).Error);

    [Fact]
    public void A_folder_is_called_one()
        => Assert.Contains("is a folder", Assert.Throws<OpsRestartException>(() => reader.Resolve(second)).Message, StringComparison.Ordinal);
}
