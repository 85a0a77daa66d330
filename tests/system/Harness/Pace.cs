using System.Diagnostics;

namespace OpsRestart.Tests.System.Harness;

/// <summary>
/// How much slower than a quiet machine this one is: the wall time of a little computing, over what the same computing takes when it is not
/// interrupted. A limit of time in a test is one of a quiet machine, and is stretched by this; what is judged is the program, not its
/// neighbours.
/// </summary>
public static partial class Pace
{
    private const int Slices = 12;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    // What is late by so much will not come.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);
    private static readonly Lock Gate = new();
    private static readonly Queue<(long At, double Factor)> Samples = new();
    private static double _sliceAtRest = double.MaxValue;

    /// <summary>Looks from now on, all the time: afterwards it is too late to know how busy the machine was.</summary>
    public static void Watch() => new Thread(Look) { IsBackground = true, Name = "pace" }.Start();

    /// <summary>The worst since so long ago; at least 1.</summary>
    public static double Since(TimeSpan ago)
    {
        var from = Stopwatch.GetTimestamp() - (long)((ago + Every + Every).TotalSeconds * Stopwatch.Frequency);
        lock (Gate)
        {
            return Samples.Where(s => s.At >= from).Select(static s => s.Factor).DefaultIfEmpty(1).Max();
        }
    }

    /// <summary>A time that is long enough on this machine, when so much is on a quiet one.</summary>
    public static TimeSpan Stretch(TimeSpan quiet) => quiet * Since(TimeSpan.FromSeconds(10));

    /// <summary>Seconds of work that has to outlast something else, which may be slow here; a minute at most, unless it was longer.</summary>
    public static double Outlasting(double quiet) => Math.Max(quiet, Math.Min(60, Stretch(TimeSpan.FromSeconds(quiet)).TotalSeconds));

    /// <summary>Whether it took no longer than it may: at once, or after the limit was stretched.</summary>
    public static bool IsWithin(TimeSpan took, TimeSpan limit) => took <= limit || (took <= limit + Longest && took <= limit * Since(took));

    private static void Look()
    {
        while (true)
        {
            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < Slices; i++)
            {
                var slice = Stopwatch.GetTimestamp();
                Compute();
                _sliceAtRest = Math.Min(_sliceAtRest, Stopwatch.GetElapsedTime(slice).TotalSeconds);
            }

            var factor = Math.Max(1, Stopwatch.GetElapsedTime(began).TotalSeconds / (Slices * _sliceAtRest));
            lock (Gate)
            {
                Samples.Enqueue((Stopwatch.GetTimestamp(), factor));
                while (Samples.Count > Kept / Every)
                {
                    Samples.Dequeue();
                }
            }

            Thread.Sleep(Every);
        }
    }

    // About a millisecond.
    private static int Compute()
    {
        var value = 1;
        for (var i = 0; i < 1_000_000; i++)
        {
            value = unchecked((value * 1_664_525) + 1_013_904_223);
        }

        return value;
    }
}
