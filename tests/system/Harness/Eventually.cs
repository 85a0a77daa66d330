using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace OpsRestart.Tests.System.Harness;

/// <summary>Waits for something that has no event, and fails with what was waited for.</summary>
internal static class Eventually
{
    public static Task IsTrueAsync(
        Func<bool> condition,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    ) => IsTrueAsync(() => Task.FromResult(condition()), within, what);

    public static async Task IsTrueAsync(
        Func<Task<bool>> condition,
        TimeSpan? within = null,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    )
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(
                Pace.IsWithin(clock.Elapsed, limit),
                $"not within {limit.TotalSeconds:0.#} s, {clock.Elapsed.TotalSeconds:0.#} s on this busy machine: {what}"
            );
            await Task.Delay(20);
        }
    }
}
