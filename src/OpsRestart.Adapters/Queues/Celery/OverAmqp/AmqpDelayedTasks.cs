using System.Text.RegularExpressions;
using OpsRestart.Adapters.Amqp;
using static System.FormattableString;

namespace OpsRestart.Adapters.Queues.Celery.OverAmqp;

/// <summary>
/// Celery 5.5's native delayed delivery: with quorum queues a task with an ETA waits in the broker, in one queue for each binary digit of
/// its delay (kombu.transport.native_delayed_delivery). It goes from higher levels to lower ones, and then to its queue; so they are read
/// in this order. Which queue a task is for stands in its routing key only, which the broker shows nobody.
/// </summary>
internal sealed partial class AmqpDelayedTasks(Func<string, CancellationToken, Task<QueueCount?>> count, TimeProvider time)
{
    private const int Levels = 28;
    private static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(2);
    private long? _absentAt;

    public static bool IsLevel(string queue) => Name().IsMatch(queue);

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        if (_absentAt is { } at && time.GetElapsedTime(at) < AbsentFor)
        {
            return 0;
        }

        var tasks = 0L;
        for (var level = Levels - 1; level >= 0; level--)
        {
            var found = await count(Invariant($"celery_delayed_{level}"), cancellationToken).ConfigureAwait(false);
            if (found is null && level == Levels - 1)
            {
                _absentAt = time.GetTimestamp();
                return 0;
            }

            tasks += found?.Ready ?? 0;
        }

        return tasks;
    }

    [GeneratedRegex(@"^celery_delayed_\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
