using OpsRestart.Core.Queues;

namespace OpsRestart.Tests.Units.Drain;

public sealed class EqualLooksTests
{
    private static readonly DrainObservation Nothing = new()
    {
        Verdict = DrainVerdict.Drained,
        Confidence = DrainConfidence.Inspect,
        Fingerprint = "5 accepted",
        LooksNeeded = 3,
        LooksApart = TimeSpan.FromMilliseconds(150),
        Evidence = ["all idle"],
    };

    private readonly EqualLooks _looks = new();

    [Fact]
    public void One_look_that_proves_it_is_enough() =>
        Assert.Equal(DrainVerdict.Drained, At(0, Nothing with { Fingerprint = null }).Verdict);

    [Fact]
    public void Looks_count_that_are_apart()
    {
        Assert.Equal(DrainVerdict.Busy, At(0, Nothing).Verdict);
        Assert.Equal(DrainVerdict.Busy, At(100, Nothing).Verdict);
        Assert.Equal(DrainVerdict.Busy, At(160, Nothing).Verdict);
        Assert.Equal(DrainVerdict.Busy, At(300, Nothing).Verdict);
        var drained = At(310, Nothing);
        Assert.Equal(DrainVerdict.Drained, drained.Verdict);
        Assert.Equal(["all idle", "seen 3 time(s) over 0.3 s, and always the same"], drained.Evidence);
    }

    [Fact]
    public void Apart_is_from_the_end_of_one_to_the_beginning_of_the_next()
    {
        _looks.Add(Nothing, Ms(0), Ms(100));
        Assert.Equal("nothing is left; seen 1 time(s) over 0.1 s of 3", _looks.Add(Nothing, Ms(200), Ms(300)).Evidence[0]);
        Assert.Equal("nothing is left; seen 2 time(s) over 0.2 s of 3", _looks.Add(Nothing, Ms(250), Ms(350)).Evidence[0]);
    }

    [Fact]
    public void It_has_to_be_so_for_a_time_however_many_looks_that_are()
    {
        var hidden = Nothing with { LooksOver = TimeSpan.FromSeconds(2) };
        for (var at = 0; at < 2000; at += 150)
        {
            Assert.Equal(DrainVerdict.Busy, At(at, hidden).Verdict);
        }

        Assert.Equal(DrainVerdict.Drained, At(2000, hidden).Verdict);
    }

    [Theory]
    [InlineData("6 accepted", DrainVerdict.Drained)]
    [InlineData("5 accepted", DrainVerdict.Busy)]
    [InlineData("5 accepted", DrainVerdict.Unreachable)]
    [InlineData("5 accepted", DrainVerdict.NoReply)]
    public void Anything_else_in_between_starts_the_count_again(string fingerprint, DrainVerdict verdict)
    {
        At(0, Nothing);
        At(200, Nothing);
        At(400, Nothing with { Fingerprint = fingerprint, Verdict = verdict });
        Assert.Equal(DrainVerdict.Busy, At(600, Nothing).Verdict);
        Assert.Equal(DrainVerdict.Busy, At(800, Nothing).Verdict);
        Assert.Equal(DrainVerdict.Drained, At(1000, Nothing).Verdict);
    }

    private DrainObservation At(int milliseconds, DrainObservation seen) => _looks.Add(seen, Ms(milliseconds), Ms(milliseconds));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
