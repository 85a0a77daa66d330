using OpsRestart.Adapters.Composition;
using OpsRestart.Core.Planning;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Stale;

/// <summary>Each way to become stale, made really so on a unit that runs a copy of a program and of a library.</summary>
public sealed class StaleServiceTests : RunTest
{
    private const string Place = "/usr/local/lib/t-stale";
    private const string Unit = "/run/systemd/system/t-stale.service";

    [Fact]
    public async Task What_is_newer_than_a_service_makes_it_stale_and_a_restart_of_just_those_does_not()
    {
        try
        {
            await Shell.BashAsync(
                $"""
                mkdir -p {Place}; cp /bin/sleep {Place}/app; echo 1 >{Place}/app.conf
                cp "$(ldd /bin/sleep | grep -o '/[^ ]*libc.so.6')" {Place}/libc.so.6
                printf '[Service]\nExecStart={Place}/app 100000\nEnvironment=LD_LIBRARY_PATH={Place}\n' >{Unit}
                systemctl daemon-reload; systemctl start t-plain; sleep 0.1; systemctl start t-stale
                """
            );
            var graph = Graph(Node("t-plain"), Node("t-stale", "t-plain") with { Config = [$"{Place}/app.conf"] });
            Assert.Equal([], await FindAsync(graph));

            await Shell.BashAsync("systemctl restart t-plain");
            Assert.Equal(["t-stale Need t-plain"], await FindAsync(graph));
            await FreshAsync(graph);

            await Shell.BashAsync($"cp {Place}/app {Place}/new; mv {Place}/new {Place}/app");
            Assert.Equal([$"t-stale Program {Place}/app"], await FindAsync(graph));
            await FreshAsync(graph);

            await Shell.BashAsync($"cp {Place}/libc.so.6 {Place}/new; mv {Place}/new {Place}/libc.so.6");
            Assert.Equal([$"t-stale Library {Place}/libc.so.6"], await FindAsync(graph));
            await FreshAsync(graph);

            await Shell.BashAsync($"echo 2 >{Place}/app.conf");
            Assert.Equal([$"t-stale Config {Place}/app.conf"], await FindAsync(graph));
            await FreshAsync(graph);

            await Shell.BashAsync($"echo '# changed' >>{Unit}");
            Assert.Equal([$"t-stale Unit {Unit}"], await FindAsync(graph));
            await Shell.BashAsync("systemctl daemon-reload");
            Assert.Equal([$"t-stale Unit {Unit}"], await FindAsync(graph));
            await FreshAsync(graph);

            await Shell.BashAsync($"mkdir -p {Unit}.d; printf '[Service]\nNice=1\n' >{Unit}.d/n.conf; systemctl daemon-reload");
            Assert.Equal([$"t-stale Unit {Unit}.d/n.conf"], await FindAsync(graph));

            // Without a graph too, and a service that does not run is not stale.
            Assert.Contains($"t-stale Unit {Unit}.d/n.conf", await FindAllAsync());
            await Shell.BashAsync("systemctl stop t-stale");
            Assert.Equal([], await FindAsync(graph));
        }
        finally
        {
            await Shell.BashAsync($"systemctl stop t-stale || true; rm -rf {Place} {Unit} {Unit}.d; systemctl daemon-reload");
        }
    }

    [Fact]
    public async Task A_client_that_is_left_running_is_told_before_the_first_change()
    {
        await UpAsync("t-plain", "t-demo@client");
        var graph = Graph(Node("t-plain") with { Role = "datastore" }, Node("t-demo@client", "t-plain"));
        var run = await RunAsync(graph, GraphOperation.Restart, plan: new PlanOptions { Names = ["t-plain"], Only = true });
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Equal("t-demo@client", Assert.Single(run.Findings, static f => f.Code == "ClientLeftRunning").Target);
        Assert.Equal(["t-demo@client Need t-plain"], await FindAsync(graph));

        var whole = await RunAsync(graph, GraphOperation.Restart, plan: new PlanOptions { Names = ["t-plain"] });
        Assert.DoesNotContain(whole.Findings, static f => f.Code == "ClientLeftRunning");
        Assert.Contains(whole.Steps, static s => s is { Id: "start:t-demo@client", Status: StepStatus.Done });
        Assert.Equal([], await FindAsync(graph));

        await Shell.BashAsync("systemctl stop t-plain");
        var start = await RunAsync(graph, GraphOperation.Start);
        Assert.Contains(
            "is only started now",
            Assert.Single(start.Findings, static f => f.Code == "ClientLeftRunning").Message,
            StringComparison.Ordinal
        );
    }

    private async Task FreshAsync(ServiceGraph graph)
    {
        var (stale, _) = await Session.FindStaleAsync(graph, [], TestContext.Current.CancellationToken);
        var names = new PlanOptions { Names = [.. stale.Select(static s => s.ToString())], Only = true };
        var run = await RunAsync(graph, GraphOperation.Restart, plan: names);
        Assert.True(run.Outcome == RunOutcome.Done, run.Failure);
        Assert.Equal(["stop:t-stale", "start:t-stale", "validate"], run.Steps.Select(static s => s.Id));
        Assert.Equal([], await FindAsync(graph));
    }

    private async Task<IEnumerable<string>> FindAsync(ServiceGraph graph)
    {
        var (found, hidden) = await Session.FindStaleAsync(graph, [], TestContext.Current.CancellationToken);
        Assert.Equal(0, hidden);
        return found.SelectMany(static s => s.Reasons.Select(r => $"{s.Name} {r.Kind} {r.What}"));
    }

    private async Task<IEnumerable<string>> FindAllAsync()
    {
        var manager = await Session.Services.GetManagerAsync(ManagerTarget.Here, TestContext.Current.CancellationToken);
        var (found, _) = await OpsSession.FindStaleAsync(manager, isLocal: true, [], TestContext.Current.CancellationToken);
        return found.SelectMany(static s => s.Reasons.Select(r => $"{s.Name} {r.Kind} {r.What}"));
    }
}
