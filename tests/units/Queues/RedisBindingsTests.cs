using OpsRestart.Adapters.Queues.Celery;
using OpsRestart.Adapters.Queues.Celery.OverRedis;

namespace OpsRestart.Tests.Units.Queues;

public sealed class RedisBindingsTests
{
    private const string Broker = "redis://localhost/0";

    [Fact]
    public void A_database_without_Celery_has_no_prefix() => Assert.Null(RedisBindings.Choose([], Broker));

    [Fact]
    public void The_only_prefix_is_found() =>
        Assert.Equal(
            "shop:",
            RedisBindings.Choose(
                ["shop:_kombu.binding.celery", "shop:_kombu.binding.celery.pidbox", "shop:_kombu.binding.celeryev"],
                Broker
            )
        );

    [Fact]
    public void The_installation_without_a_prefix_is_meant_where_there_is_one() =>
        Assert.Equal("", RedisBindings.Choose(["shop:_kombu.binding.celery", "_kombu.binding.celery"], Broker));

    [Fact]
    public void Between_two_it_does_not_guess_and_names_both_and_the_setting()
    {
        var refused = Assert.Throws<CeleryException>(() =>
            RedisBindings.Choose(["b:_kombu.binding.celery", "a:_kombu.binding.celery.pidbox"], Broker)
        );
        Assert.Equal(OpsError.InvalidArgument, refused.Error);
        Assert.Contains("'a:' and 'b:'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("keyPrefix", refused.Advice, StringComparison.Ordinal);
    }
}
