using OpsRestart.Adapters.Commands;
using OpsRestart.Tests.Units.Hostile;

namespace OpsRestart.Tests.Units.Execution;

/// <summary>Beside no other test: the memory of the process is looked at.</summary>
[Collection(nameof(HostileCollection))]
public sealed class CommandOutputTests
{
    [Theory]
    [InlineData("cat /dev/zero")]
    [InlineData("yes")]
    [InlineData("yes >&2 & cat /dev/urandom")]
    [InlineData("yes | tr '\\n' x")]
    public async Task Output_without_end_takes_no_more_memory_than_is_kept_of_it(string script)
    {
        using var stop = new CancellationTokenSource();
        long told = 0;
        var hook = new GraphHook { Name = "h", Command = ["sh", "-c", $"{script} & sleep 1; kill %1; exit 0"] };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var run = new CommandRunner().RunAsync(hook, line => Interlocked.Add(ref told, line.Length), stop.Token);
        var result = await run.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.InRange(told, 1, 1_200_000);
        Assert.All(result.Output, static line => Assert.InRange(line.Length, 0, 17_000));
        Assert.InRange(result.Output.Count, 1, 51);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, before + 200_000_000);
    }
}
