using OpsRestart.Adapters.Systemd;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class RestartHistoryTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private readonly RestartHistory _history = new();

    [Fact]
    public void A_count_seen_for_the_first_time_says_nothing()
    {
        Assert.False(Seen(7, 0));
        Assert.False(Seen(7, 1));
        Assert.False(Seen(null, 2));
    }

    [Fact]
    public void A_rise_counts_for_a_minute()
    {
        Assert.False(Seen(1, 0));
        Assert.True(Seen(2, 10));
        Assert.True(Seen(2, 60));
        Assert.False(Seen(2, 71));
    }

    [Fact]
    public void A_rise_over_a_long_time_is_none()
    {
        Assert.False(Seen(1, 0));
        Assert.False(Seen(2, 3600));
    }

    [Fact]
    public void A_start_by_hand_sets_it_back()
    {
        Seen(1, 0);
        Assert.True(Seen(2, 1));
        Assert.False(Seen(0, 2));
    }

    private bool Seen(long? count, int second) => _history.HasRisen("a.service", count, Noon.AddSeconds(second));
}
