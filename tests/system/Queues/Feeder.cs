using System.Diagnostics;

namespace OpsRestart.Tests.System.Queues;

/// <summary>A producer that never stops (tests/stacks/celery-load/feed.py), and the ids that it got rid of.</summary>
internal sealed class Feeder(Process process, string sent) : IAsyncDisposable
{
    public IReadOnlyList<string> Sent => Lines(sent);

    /// <summary>Those whose sending failed, while the broker was away: it may have taken them or not.</summary>
    public IReadOnlyList<string> Unsure => Lines(sent + ".unsure");

    /// <summary>How many, without reading them: a line each, as long as a UUID.</summary>
    public long Count => File.Exists(sent) ? new FileInfo(sent).Length / 37 : 0;

    public static ProcessStartInfo Command(
        string application,
        string sent,
        string task,
        double seconds,
        double rate,
        params string[] more
    ) =>
        new(
            "/usr/bin/python3",
            [
                Path.Combine(application, "feed.py"),
                task,
                FormattableString.Invariant($"{seconds}"),
                FormattableString.Invariant($"{rate}"),
                sent,
                .. more,
            ]
        )
        {
            RedirectStandardInput = true,
        };

    /// <summary>What was sent until now is in <see cref="Sent"/> afterwards, and no more comes.</summary>
    public async Task StopAsync()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }
    }

    private static IReadOnlyList<string> Lines(string file) => File.Exists(file) ? [.. File.ReadAllLines(file)] : [];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }
}
