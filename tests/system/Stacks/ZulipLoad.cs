using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>A client that goes on sending messages until it is ended: before, in and after what is tested.</summary>
internal sealed class ZulipLoad : IAsyncDisposable
{
    private readonly Process _sender;
    private readonly Task<string> _output;

    private ZulipLoad(Process sender)
    {
        _sender = sender;
        _output = sender.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Ten messages a second, each of which is several in the queues.</summary>
    public static async Task<ZulipLoad> StartAsync(int seed)
    {
        var load = new ZulipLoad(
            Process.Start(
                new ProcessStartInfo(
                    "queue-tasks.py",
                    ["100000", "--pace", "10", "--longest", "1", "--seed", seed.ToString(CultureInfo.InvariantCulture)]
                )
                {
                    RedirectStandardOutput = true,
                }
            )!
        );
        await Eventually.IsTrueAsync(async () => await ZulipStack.CountStartedAsync() >= 20);
        return load;
    }

    /// <summary>How many messages the server has said that it has.</summary>
    public async Task<int> EndAsync()
    {
        Assert.False(_sender.HasExited, "the load ended before what it was for");
        await Shell.BashAsync(FormattableString.Invariant($"kill -TERM {_sender.Id}"));
        return JsonDocument.Parse(await _output).RootElement.GetProperty("queued").GetInt32();
    }

    public async ValueTask DisposeAsync() => await StackProcess.EndAsync(_sender);
}
