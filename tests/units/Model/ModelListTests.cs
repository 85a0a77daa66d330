namespace OpsRestart.Tests.Units.Model;

public sealed class ModelListTests
{
    [Fact]
    public void Lists_of_the_model_are_arrays_which_PowerShell_can_index()
    {
        var node = new ServiceNode
        {
            Name = "a",
            Service = "a",
            Needs = [.. Names()],
        };
        var graph = new ServiceGraph { Name = "g", Nodes = [node, node with { Name = "b" }] };
        Assert.IsType<string[]>(node.Needs);
        Assert.IsType<ServiceNode[]>(graph.Nodes);
        Assert.IsType<ProbeDefinition[]>(graph.Probes);

        static IEnumerable<string> Names()
        {
            yield return "b";
        }
    }
}
