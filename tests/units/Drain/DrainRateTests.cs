using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.Drain;

public sealed class DrainRateTests
{
    private readonly DrainRate _rate = new();

    [Fact]
    public void Nothing_is_known_before_a_second_has_passed_nor_where_nothing_is_counted()
    {
        Assert.Null(Add(0, 100));
        Assert.Null(Add(0.9, 109));
        Assert.Null(_rate.Add(TimeSpan.FromSeconds(3), null));
        Assert.NotNull(Add(1, 110));
    }

    [Fact]
    public void It_is_the_rate_of_the_last_ten_seconds_and_what_was_before_is_forgotten()
    {
        for (var second = 0; second <= 20; second++)
        {
            Add(second, second * 50);
        }

        double? slow = null;
        for (var second = 21; second <= 32; second++)
        {
            slow = Add(second, 1000 + ((second - 20) * 2));
        }

        Assert.InRange(slow!.Value, 1.9, 2.1);
        Assert.Equal(1024, _rate.Finished);
    }

    [Fact]
    public void A_worker_that_counts_from_0_again_takes_nothing_away()
    {
        Add(0, 500);
        Add(5, 550);
        Assert.Equal(50, _rate.Finished);
        Assert.Null(Add(6, 3));
        Assert.Equal(50, _rate.Finished);
        Assert.Equal(4, Add(8, 11));
        Assert.Equal(58, _rate.Finished);
    }

    private double? Add(double second, long count) => _rate.Add(TimeSpan.FromSeconds(second), count);
}
