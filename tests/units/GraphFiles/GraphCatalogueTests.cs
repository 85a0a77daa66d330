using OpsRestart.Adapters.GraphFiles;

namespace OpsRestart.Tests.Units.GraphFiles;

public sealed class GraphCatalogueTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("opsrestart-catalogue-");
    private readonly string _first;
    private readonly string _second;
    private readonly GraphFileReader _reader;

    public GraphCatalogueTests()
    {
        _first = _root.CreateSubdirectory("first").FullName;
        _second = _root.CreateSubdirectory("second").FullName;
        foreach (var file in new[] { "first/nautobot.yml", "first/notes.txt", "second/nautobot.json", "second/zulip.yaml" })
        {
            File.WriteAllText(Path.Combine(_root.FullName, file), "graph: x");
        }

        _reader = Reading.Reader(_first, Path.Combine(_root.FullName, "absent"), _second);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Lists_the_names_of_all_folders_once() => Assert.Equal(["nautobot", "zulip"], _reader.ListNames());

    [Fact]
    public void Takes_the_earlier_folder()
    {
        Assert.Equal(Path.Combine(_first, "nautobot.yml"), _reader.Resolve("nautobot"));
        Assert.Equal(Path.Combine(_second, "zulip.yaml"), _reader.Resolve("zulip"));
    }

    [Fact]
    public void Takes_a_path_as_it_is() =>
        Assert.Equal(Path.Combine(_second, "nautobot.json"), _reader.Resolve(Path.Combine(_second, "../second/nautobot.json")));

    [Fact]
    public void Names_the_nearest_graph_and_where_it_looked()
    {
        var error = Assert.Throws<OpsRestartException>(() => _reader.Resolve("nautobto"));

        Assert.Equal(OpsError.GraphNotFound, error.Error);
        Assert.Equal(
            $"No graph is called 'nautobto'. Looked for nautobto.yml, .yaml and .json in {_first} and {_root.FullName}/absent and "
                + $"{_second}.",
            error.Message
        );
        Assert.Equal("Did you mean 'nautobot'? Graphs there: nautobot, zulip.", error.Advice);
    }

    [Fact]
    public void Says_which_path_is_missing()
    {
        var error = Assert.Throws<OpsRestartException>(() => _reader.Resolve("/nowhere/x.yml"));

        Assert.Equal((OpsError.GraphNotFound, "There is no graph file /nowhere/x.yml."), (error.Error, error.Message));
    }

    [Fact]
    public void An_unreadable_file_is_a_finding()
    {
        var document = _reader.Read(Path.Combine(_first, "gone.yml"));

        Assert.Null(document.Graph);
        Assert.Equal("FileUnreadable", Assert.Single(document.Findings).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_name_is_a_name_that_is_not_there(string name) =>
        Assert.Equal(OpsError.GraphNotFound, Assert.Throws<OpsRestartException>(() => _reader.Resolve(name)).Error);

    [Fact]
    public void A_folder_is_called_one() =>
        Assert.Contains(
            "is a folder",
            Assert.Throws<OpsRestartException>(() => _reader.Resolve(_second)).Message,
            StringComparison.Ordinal
        );
}
