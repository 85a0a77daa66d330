using System.Globalization;
using OpsRestart.Adapters.Amqp;
using OpsRestart.Adapters.Queues.Celery.OverAmqp;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Queues;

[Collection("fake clock")]
public sealed class AmqpDelayedTasksTests
{
    private readonly FakeClock _clock = new();
    private readonly List<string> _asked = [];

    [Fact]
    public async Task A_task_that_goes_down_its_levels_while_they_are_counted_is_counted()
    {
        var at = 20;
        var delayed = new AmqpDelayedTasks(
            (queue, _) =>
            {
                var level = int.Parse(queue.Split('_')[^1], CultureInfo.InvariantCulture);
                var here = level == at;

                // It moves down while this level is being asked.
                at = level == 21 ? 3 : at;
                return Task.FromResult<QueueCount?>(new QueueCount(here ? 1u : 0, 0));
            },
            _clock
        );
        Assert.Equal(1, await delayed.CountAsync(default));
    }

    [Fact]
    public async Task Where_there_are_none_one_question_is_enough_and_it_is_not_asked_each_time()
    {
        var delayed = new AmqpDelayedTasks(
            (queue, _) =>
            {
                _asked.Add(queue);
                return Task.FromResult<QueueCount?>(null);
            },
            _clock
        );
        Assert.Equal(0, await delayed.CountAsync(default));
        Assert.Equal(0, await delayed.CountAsync(default));
        Assert.Equal(["celery_delayed_27"], _asked);
    }

    [Theory]
    [InlineData("celery_delayed_0", true)]
    [InlineData("celery_delayed_27", true)]
    [InlineData("celery_delayed_delivery", false)]
    [InlineData("my_celery_delayed_1", false)]
    public void Levels_are_no_work_queues(string queue, bool level) => Assert.Equal(level, AmqpDelayedTasks.IsLevel(queue));
}
