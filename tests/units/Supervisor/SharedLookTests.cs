using OpsRestart.Adapters.Supervisor;

namespace OpsRestart.Tests.Units.Supervisor;

/// <summary>Many who ask at once share a look, and none of them gets an old one.</summary>
public sealed class SharedLookTests
{
    [Fact]
    public async Task Who_asks_while_a_look_is_under_way_gets_the_one_after_it_with_all_others()
    {
        var looks = new List<TaskCompletionSource<int>>();
        var shared = new SharedLook<int>(() =>
        {
            looks.Add(new TaskCompletionSource<int>());
            return looks[^1].Task;
        });

        var first = shared.AskAsync(default);
        var second = shared.AskAsync(default);
        var third = shared.AskAsync(default);
        Assert.Single(looks);
        looks[0].SetResult(1);
        Assert.Equal(1, await first);
        Assert.Equal(2, looks.Count);

        // The second look has begun: it may not hold what this one has done since.
        var fourth = shared.AskAsync(default);
        looks[1].SetResult(2);
        Assert.Equal((2, 2), (await second, await third));
        looks[2].SetResult(3);
        Assert.Equal(3, await fourth);
        _ = shared.AskAsync(default);
        Assert.Equal(4, looks.Count);
    }

    [Fact]
    public async Task A_look_that_fails_fails_for_those_who_asked_and_for_nobody_after_them()
    {
        var fails = true;
        var shared = new SharedLook<int>(() => fails ? Task.FromException<int>(new IOException()) : Task.FromResult(1));
        await Assert.ThrowsAsync<IOException>(() => shared.AskAsync(default));
        fails = false;
        Assert.Equal(1, await shared.AskAsync(default));
    }
}
