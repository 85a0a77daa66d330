using OpsRestart.Adapters.Host;

namespace OpsRestart.Tests.Units.Execution;

public sealed class CommandRunnerTests
{
    [Fact]
    public async Task A_command_that_leaves_a_daemon_behind_ends_when_it_ends_itself()
    {
        var hook = new GraphHook { Name = "h", Command = ["sh", "-c", "sleep 20 & echo done"] };
        var result = await new CommandRunner().RunAsync(hook, static _ => { }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(15));
        Assert.True(result.Succeeded);
        Assert.Equal(["done"], result.Output);
    }

    [Fact]
    public async Task The_exit_code_and_the_last_lines_of_both_outputs_are_told()
    {
        var result = await new CommandRunner().RunAsync(new GraphHook { Name = "h", Command = ["sh", "-c", "echo out; echo err >&2; exit 3"] }, static _ => { }, CancellationToken.None);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(["err", "out"], result.Output.Order());
    }
}
