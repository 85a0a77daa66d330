using System.Diagnostics;

namespace OpsRestart.Bench.Measuring;

/// <summary>One way of doing a work.</summary>
/// <param name="Name">As shown.</param>
/// <param name="RunAsync">Does it once.</param>
/// <param name="Own">OpsRestart's: the others are compared with the first of these.</param>
internal sealed record Way(string Name, Func<CancellationToken, Task> RunAsync, bool Own = false)
{
    /// <summary>Milliseconds of each measured round.</summary>
    public List<double> Times { get; } = [];

    public double Median => Sorted()[Times.Count / 2];

    public double Worst => Sorted()[^1];

    /// <summary>
    /// All ways in turn, round after round, so that whatever disturbs the machine disturbs all of them. The first round is not counted.
    /// </summary>
    public static async Task MeasureAsync(
        IReadOnlyList<Way> ways,
        int rounds,
        Func<CancellationToken, Task>? before,
        CancellationToken cancellationToken
    )
    {
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var way in ways)
            {
                await (before?.Invoke(cancellationToken) ?? Task.CompletedTask);
                var began = Stopwatch.GetTimestamp();
                await way.RunAsync(cancellationToken);
                if (round > 0)
                {
                    way.Times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            }
        }
    }

    private List<double> Sorted() => [.. Times.Order()];
}
