using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>Devices that never stop publishing, and someone who looks at the dashboard: before, in and after what is tested.</summary>
internal sealed class MessageBusLoad : IAsyncDisposable
{
    private static readonly string Sent = MessageBusStack.BooksFolder + "/sent";
    private static readonly string Frames = MessageBusStack.BooksFolder + "/frames";
    private readonly Process _devices;
    private readonly Process _viewer;

    private MessageBusLoad(Process devices, Process viewer)
    {
        _devices = devices;
        _viewer = viewer;
    }

    /// <summary>Ten messages a second, for every pool. Begins when each has done some and the dashboard tells of them.</summary>
    public static async Task<MessageBusLoad> StartAsync(double rate = 10)
    {
        var load = new MessageBusLoad(
            Start("publish.py", Sent, "--rate", rate.ToString(CultureInfo.InvariantCulture)),
            Start("watch.py", Frames)
        );
        await Eventually.IsTrueAsync(
            async () =>
                MessageBusStack.Pools.All((await DoneAsync()).Select(static l => l.Queue).Contains)
                && (await FramesAsync()).Any(static f => f.Message is not null),
            TimeSpan.FromSeconds(60)
        );
        return load;
    }

    /// <summary>What the dashboard was told; without a message it is a greeting, or the end of the connection.</summary>
    public static async Task<IReadOnlyList<(string Type, string? Message)>> FramesAsync() =>
        !File.Exists(Frames)
            ? []
            :
            [
                .. (await File.ReadAllLinesAsync(Frames))
                    .Where(static line => line.EndsWith('}'))
                    .Select(static line => JsonDocument.Parse(line).RootElement)
                    .Select(static f =>
                        (f.GetProperty("type").GetString()!, f.TryGetProperty("message", out var message) ? message.GetString() : null)
                    ),
            ];

    public static async Task<IReadOnlyList<LedgerLine>> DoneAsync() =>
        [.. (await MessageBusStack.LedgerAsync()).Where(static l => l.Event == "done")];

    /// <summary>How many messages the broker has acknowledged.</summary>
    public async Task<int> EndAsync()
    {
        Assert.False(_devices.HasExited || _viewer.HasExited, "the load ended before what it was for");
        _devices.StandardInput.Close();
        await _devices.WaitForExitAsync();
        return (await File.ReadAllLinesAsync(Sent)).Length;
    }

    public async ValueTask DisposeAsync() => await StackProcess.EndAsync(_devices, _viewer);

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true })!;
}
