using System.Diagnostics;
using OpsRestart.Adapters.RunStore;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Queues;

/// <summary>A process that holds a suspension dies by kill -9: it can neither renew nor resume anything.</summary>
public sealed class KilledHolderTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RQ_goes_on_by_itself_within_the_lease()
    {
        await using var stack = await RqStack.StartAsync();
        await stack.StartWorkerAsync("a");
        await using var system = await stack.OpenAsync();
        using var holder = await HoldAsync(stack.Redis.Address, "rq", "5s");
        Assert.Equal(QueueWorkerState.Suspended, Assert.Single(await system.GetWorkersAsync(default)).State);
        await stack.SendAsync("sleep", "default", 0.01);

        // Longer than the lease: it is renewed as long as its holder lives.
        await Task.Delay(TimeSpan.FromSeconds(7));
        Assert.Equal(0, stack.Ledger.Begun);
        holder.Kill();
        await holder.WaitForExitAsync();
        var clock = Stopwatch.StartNew();
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 1, TimeSpan.FromSeconds(7));
        output.WriteLine($"work went on {clock.Elapsed.TotalSeconds:0.0} s after kill -9; the lease was 5 s");
    }

    [Fact]
    public async Task Celery_can_not_and_the_next_call_tells_of_it_and_resumes()
    {
        await using var stack = await CeleryStack.StartAsync();
        await stack.StartWorkerAsync("a", "-c", "1");
        await using var system = await stack.OpenAsync();
        using var holder = await HoldAsync(stack.Redis.Address, "celery", "5s");
        var record = new SuspensionStore().List().Single(r => r.Suspension.Broker == system.Broker);
        Assert.Equal((holder.Id, true), (record.OwnerPid, record.IsOwnerAlive));
        holder.Kill();
        await holder.WaitForExitAsync();
        record = new SuspensionStore().List().Single(r => r.Suspension.Broker == system.Broker);
        Assert.False(record.IsOwnerAlive);
        await stack.SendAsync("sleep", [0.01]);
        await Task.Delay(1500);
        Assert.Equal(0, stack.Ledger.Begun);
        await system.ResumeAsync(record.Suspension, default);
        await Eventually.IsTrueAsync(() => stack.Ledger.Ended == 1, TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(new SuspensionStore().List(), r => r.Suspension.Broker == system.Broker);
    }

    private static async Task<Process> HoldAsync(string broker, string system, string lease)
    {
        TestHost.Needs("pwsh", "PowerShell");
        var script =
            $"$ErrorActionPreference = 'Stop'; Import-Module {TestHost.Repository}/OpsRestart.psd1; Suspend-WorkQueue {broker} "
            + $"-System {system} -Lease {lease} -Confirm:$false; [Console]::Out.WriteLine('suspended'); Start-Sleep 100";
        var holder = Process.Start(new ProcessStartInfo("pwsh", ["-NoProfile", "-Command", script]) { RedirectStandardOutput = true })!;
        while (await holder.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            if (line == "suspended")
            {
                return holder;
            }
        }

        throw new InvalidOperationException($"pwsh ended with {holder.ExitCode}");
    }
}
