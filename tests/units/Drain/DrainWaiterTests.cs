using OpsRestart.Core.Queues;
using OpsRestart.Tests.Units.Fakes;

namespace OpsRestart.Tests.Units.Drain;

[Collection("fake clock")]
public sealed class DrainWaiterTests
{
    private static readonly DrainObservation Drained = new() { Verdict = DrainVerdict.Drained, Confidence = DrainConfidence.Exact };
    private readonly FakeClock _clock = new();
    private readonly FakeQueues _queues;

    public DrainWaiterTests() => _queues = new FakeQueues(_clock);

    [Fact]
    public async Task A_broker_that_stays_away_is_unreachable_in_the_end_and_its_failure_is_the_evidence()
    {
        _queues.Look = static () => throw Away;
        var result = await WaitAsync();
        Assert.Equal((DrainVerdict.Unreachable, DrainConfidence.None), (result.Verdict, result.Confidence));
        Assert.Equal(["The broker is away."], result.Evidence);
        Assert.Equal(10, result.Took.TotalSeconds, 1);
    }

    [Fact]
    public async Task A_broker_that_comes_back_is_looked_at_again()
    {
        var looks = 0;
        _queues.Look = () => ++looks < 4 ? throw Away : Drained;
        var result = await WaitAsync();
        Assert.True(result.IsDrained);
        Assert.Equal(0.75, result.Took.TotalSeconds, 2);
    }

    [Fact]
    public async Task What_is_no_matter_of_the_connection_ends_the_wait()
    {
        _queues.Look = static () => throw new OpsRestartException(OpsError.AuthenticationFailed, "No.", "redis://localhost");
        var e = await Assert.ThrowsAsync<OpsRestartException>(() => WaitAsync());
        Assert.Equal(OpsError.AuthenticationFailed, e.Error);
    }

    [Fact]
    public async Task A_worker_that_is_expected_and_does_not_answer_is_no_reply()
    {
        _queues.Look = static () => Drained with { Workers = ["celery@a", "celery@b"] };
        Assert.True((await WaitAsync("celery@a", "*@b")).IsDrained);
        var result = await WaitAsync("celery@a", "*@c");
        Assert.Equal(DrainVerdict.NoReply, result.Verdict);
        Assert.Equal(["the expected worker *@c does not answer"], result.Evidence);
    }

    [Fact]
    public async Task What_is_no_proof_is_seen_again_and_an_interruption_starts_the_count_again()
    {
        var looks = 0;
        var seen = Drained with
        {
            Confidence = DrainConfidence.Timed,
            Fingerprint = "",
            LooksNeeded = 3,
            LooksApart = TimeSpan.FromMilliseconds(100),
            RetryAfter = TimeSpan.FromMilliseconds(100),
        };
        _queues.Look = () => ++looks == 3 ? throw Away : seen;
        var result = await WaitAsync();
        Assert.Equal((DrainVerdict.Drained, DrainConfidence.Timed, 6), (result.Verdict, result.Confidence, result.Looks));
    }

    private static OpsRestartException Away => new(OpsError.ConnectionFailed, "The broker is away.", "redis://localhost");

    private Task<DrainResult> WaitAsync(params string[] expected) =>
        _clock.RunAsync(
            new DrainWaiter(_clock).WaitAsync(
                _queues,
                "default",
                new DrainRequest { ExpectedWorkers = expected },
                TimeSpan.FromSeconds(10),
                static _ => { },
                CancellationToken.None
            )
        );
}
