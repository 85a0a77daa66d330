using OpsRestart.Adapters.Checks;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Runs;
using OpsRestart.Core.Services;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Checks;

public sealed class ConfigurationCheckTests
{
    [Fact]
    public async Task A_check_runs_on_the_nodes_own_host_with_every_word_quoted()
    {
        var runner = new Runner(0);
        await CheckAsync(
            runner,
            new ServiceNode
            {
                Name = "web",
                Service = "nginx",
                HostName = "ops@web1",
                Check = ["nginx", "-t", "-c", "/etc/it's here.conf"],
            }
        );
        Assert.Equal("ssh", runner.Command[0]);
        Assert.Equal(["--", "ops@web1", @"'nginx' '-t' '-c' '/etc/it'\''s here.conf'"], runner.Command.TakeLast(3));
    }

    [Fact]
    public async Task Without_a_host_it_runs_here_as_it_is_written()
    {
        var runner = new Runner(0);
        await CheckAsync(
            runner,
            new ServiceNode
            {
                Name = "web",
                Service = "nginx",
                Check = ["nginx", "-t"],
            }
        );
        Assert.Equal(["nginx", "-t"], runner.Command);
    }

    [Fact]
    public async Task A_host_that_can_not_be_reached_is_no_wrong_configuration()
    {
        var found = await CheckAsync(
            new Runner(255),
            new ServiceNode
            {
                Name = "web",
                Service = "nginx",
                HostName = "web1",
                Check = ["nginx", "-t"],
            }
        );
        Assert.StartsWith(
            "The configuration check of 'web' could not be run on web1: last words",
            Assert.Single(found).Message,
            StringComparison.Ordinal
        );
    }

    private static Task<IReadOnlyList<GraphFinding>> CheckAsync(Runner runner, ServiceNode node)
    {
        var plan = Planner.Plan(new ServiceGraph { Name = "g", Nodes = [node] }, GraphOperation.Restart, new PlanOptions());
        var clock = new FakeClock();
        return new ConfigurationCheck(runner).CheckAsync(plan, new ServiceLooks(new FakeServices(clock)), CancellationToken.None);
    }

    private sealed class Runner(int exitCode) : IHookRunner
    {
        public IReadOnlyList<string> Command { get; private set; } = [];

        public Task<HookResult> RunAsync(GraphHook hook, Action<string> output, CancellationToken cancellationToken)
        {
            Command = hook.Command;
            return Task.FromResult(new HookResult(exitCode == 0, exitCode, ["last words"]));
        }
    }
}
