using System.Text.RegularExpressions;

namespace OpsRestart.Adapters.Queues.Celery.OverAmqp;

/// <summary>
/// Tasks that wait for their rate inside a worker are in none of its lists. But it lets one go in every period of its rate, so where none
/// was accepted for as long as the slowest rate's period, none waits. Workers tell the rates in <c>registered</c>: "name [rate_limit=6/m]".
/// </summary>
internal static partial class AmqpRateLimits
{
    /// <summary>The period of the slowest rate; null: no task has one.</summary>
    public static TimeSpan? SlowestPeriod(IEnumerable<ForeignJson> registered)
    {
        var periods = registered
            .SelectMany(static r => r.Items)
            .Select(static t => Rate().Match(t.Shown))
            .Where(static m => m.Success)
            .Select(static m => Period(m))
            .ToList();
        return periods.Count == 0 ? null : periods.Max();
    }

    // kombu's rate(): a number alone is a second's.
    private static TimeSpan Period(Match rate)
    {
        var count = double.Parse(rate.Groups["count"].Value, CultureInfo.InvariantCulture);
        var unit = rate.Groups["unit"].Value switch
        {
            "m" => 60,
            "h" => 3600,
            _ => 1,
        };
        return count <= 0 ? TimeSpan.Zero : CeleryTime.Seconds(unit / count) ?? TimeSpan.Zero;
    }

    [GeneratedRegex(@"\brate_limit=(?<count>\d+(\.\d+)?)(/(?<unit>[smh]))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rate();
}
