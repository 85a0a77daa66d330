using System.Diagnostics;

namespace OpsRestart.Tests.System.Stacks;

/// <summary>Asks a web tier again and again, and knows the longest time for which it gave no answer.</summary>
internal sealed class WebWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(1) };
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task _work;
    private TimeSpan _lastAnswer;

    private WebWatch(string address) => _work = Task.Run(() => AskAsync(address));

    public int Answers { get; private set; }

    public TimeSpan LongestSilence { get; private set; }

    /// <summary>The silence around something that is done meanwhile; the watch begins and ends with an answer.</summary>
    public static async Task<TimeSpan> WhileAsync(string address, Func<Task> what)
    {
        await using var watch = new WebWatch(address);
        await Harness.Eventually.IsTrueAsync(() => watch.Answers > 0, TimeSpan.FromSeconds(60));
        await what();
        var answers = watch.Answers;
        await Harness.Eventually.IsTrueAsync(() => watch.Answers > answers, TimeSpan.FromSeconds(60));
        return watch.LongestSilence;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
        _client.Dispose();
    }

    private async Task AskAsync(string address)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var answer = await _client.GetAsync(new Uri(address), _stop.Token);
                if (answer.IsSuccessStatusCode)
                {
                    LongestSilence =
                        Answers == 0 || _clock.Elapsed - _lastAnswer < LongestSilence ? LongestSilence : _clock.Elapsed - _lastAnswer;
                    _lastAnswer = _clock.Elapsed;
                    Answers++;
                }
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // No answer: that is what is measured.
            }

            await Task.Delay(Every);
        }
    }
}
