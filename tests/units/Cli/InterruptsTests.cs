using System.Globalization;
using System.Runtime.InteropServices;
using OpsRestart.Cli;

namespace OpsRestart.Tests.Units.Cli;

public sealed class InterruptsTests
{
    [Fact]
    public async Task What_comes_when_the_run_is_over_is_ignored()
    {
        var first = 0;
        using var interrupts = new Interrupts(() => Interlocked.Increment(ref first), () => Assert.Fail("nothing ends"));
        var token = interrupts.Token;
        await HangUpAsync();
        Assert.True(await Task.Run(() => token.WaitHandle.WaitOne(TimeSpan.FromSeconds(10))));
        interrupts.Over(ExitCode.Done);
        await HangUpAsync();
        await HangUpAsync();

        Assert.Equal(1, first);
    }

    /// <summary>Of the three signals the one that the tests' own program does not listen to; it is there when a later registration had it too.</summary>
    private static async Task HangUpAsync()
    {
        var seen = new TaskCompletionSource();
        using var also = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP,
            c =>
            {
                c.Cancel = true;
                seen.TrySetResult();
            }
        );
        using var kill = global::System.Diagnostics.Process.Start(
            "kill",
            ["-HUP", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }
}
