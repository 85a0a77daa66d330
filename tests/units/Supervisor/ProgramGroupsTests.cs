using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Services;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Supervisor;

/// <summary>Groups of supervisord in graphs become nodes.</summary>
public sealed class ProgramGroupsTests
{
    private static readonly string[] Known =
    [
        "web:web",
        "workers:mail",
        "workers:chat",
        "pool:w_00",
        "pool:w_01",
        "zulip-a:zulip-a",
        "zulip-b:zulip-b",
    ];

    [Fact]
    public async Task A_group_is_a_node_for_each_program_and_its_name_stands_for_all()
    {
        var graph = new ServiceGraph
        {
            Name = "g",
            Nodes =
            [
                Program("web", "web") with
                {
                    Needs = ["workers"],
                },
                Program("workers", "workers:*") with
                {
                    Check = ["look", "{instance}"],
                },
            ],
            Queues =
            [
                new GraphQueue
                {
                    Name = "q",
                    System = "rq",
                    Broker = "redis://",
                    FedBy = ["web"],
                    ConsumedBy = ["workers"],
                },
            ],
            Hooks = [new GraphHook { Name = "h", Needs = ["workers", "web"] }],
        };

        var expanded = await ExpandAsync(graph);

        Assert.Equal(["web=web", "workers@chat=workers:chat", "workers@mail=workers:mail"], Shown(expanded));
        string[] all = ["workers@chat", "workers@mail"];
        Assert.Equal(all, expanded.Nodes[0].Needs);
        Assert.Equal(all, Assert.Single(expanded.Queues).ConsumedBy);
        Assert.Equal([.. all, "web"], Assert.Single(expanded.Hooks).Needs);
        Assert.Equal(["look", "chat"], expanded.Nodes[1].Check);
    }

    [Theory]
    [InlineData("pool", "n@w_00=pool:w_00 n@w_01=pool:w_01")]
    [InlineData("pool:*", "n@w_00=pool:w_00 n@w_01=pool:w_01")]
    [InlineData("zulip-*", "n@zulip-a=zulip-a n@zulip-b=zulip-b")]
    [InlineData("web", "n=web")]
    [InlineData("web:web", "n=web:web")]
    [InlineData("workers:mail", "n=workers:mail")]
    [InlineData("nope", "n=nope")]
    public async Task A_name_is_what_supervisord_has_of_it(string program, string expected)
    {
        var expanded = await ExpandAsync(new ServiceGraph { Name = "g", Nodes = [Program("n", program)] });
        Assert.Equal(expected, string.Join(' ', Shown(expanded)));
    }

    [Fact]
    public async Task A_program_that_another_node_names_is_that_nodes()
    {
        var expanded = await ExpandAsync(
            new ServiceGraph { Name = "g", Nodes = [Program("rest", "workers:*"), Program("mail", "workers:mail")] }
        );
        Assert.Equal(["rest@chat=workers:chat", "mail=workers:mail"], Shown(expanded));
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_an_error_that_names_what_is()
    {
        var error = await Assert.ThrowsAsync<OpsRestartException>(() =>
            ExpandAsync(new ServiceGraph { Name = "g", Nodes = [Program("n", "wrkers:*")] })
        );
        Assert.Equal((OpsError.UnitNotFound, "n"), (error.Error, error.Target));
        Assert.Contains("workers:mail", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_supervisord_only_a_group_is_an_error()
    {
        var away = new ProgramGroups(new Host(null));
        var plain = new ServiceGraph { Name = "g", Nodes = [Program("n", "web")] };
        Assert.Same(plain, await away.ExpandAsync(plain, default));
        var group = new ServiceGraph { Name = "g", Nodes = [Program("n", "web:*") with { Socket = "unix:///nowhere/s.sock" }] };
        var error = await Assert.ThrowsAsync<OpsRestartException>(() => away.ExpandAsync(group, default));
        Assert.Equal(OpsError.ManagerUnavailable, error.Error);
    }

    private static ServiceNode Program(string name, string program) =>
        new()
        {
            Name = name,
            Service = program,
            Manager = ServiceManagerKind.Supervisor,
        };

    private static IEnumerable<string> Shown(ServiceGraph graph) => graph.Nodes.Select(static n => $"{n.Name}={n.Service}");

    private static Task<ServiceGraph> ExpandAsync(ServiceGraph graph)
    {
        var services = new FakeServices(TimeProvider.System);
        foreach (var name in Known)
        {
            services.Unit(name);
        }

        return new ProgramGroups(new Host(services)).ExpandAsync(graph, default);
    }

    private sealed class Host(FakeServices? services) : IServiceHost
    {
        public Task<IServiceManager> GetManagerAsync(ManagerTarget target, CancellationToken cancellationToken) =>
            services?.GetManagerAsync(target, cancellationToken)
            ?? throw new OpsRestartException(OpsError.ManagerUnavailable, "No supervisord runs here.");

        public Task<IServiceLog> GetLogAsync(ManagerTarget target, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
