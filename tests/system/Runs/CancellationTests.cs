using OpsRestart.Core.Planning;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Runs;

public sealed class CancellationTests : RunTest
{
    private static readonly ServiceGraph Stack = Graph(
        Node("t-listens-late") with
        {
            Ready = [Tcp(7102)],
        },
        Node("t-slow-stop", "t-listens-late"),
        Node("t-slow-start", "t-listens-late") with
        {
            StableFor = TimeSpan.FromSeconds(2),
        }
    );

    [Theory]
    [InlineData("stop:t-slow-stop")]
    [InlineData("stop:t-listens-late")]
    [InlineData("hook:migrate")]
    [InlineData("start:t-listens-late")]
    [InlineData("ready:t-listens-late")]
    [InlineData("start:t-slow-start")]
    [InlineData("settle:t-slow-start")]
    [InlineData("validate")]
    public async Task Cancelled_in_any_phase_everything_that_ran_runs_again(string phase)
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-slow-start");
        using var cancel = new CancellationTokenSource();
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, IsRollback: false } && e.Step == phase)
            {
                cancel.CancelAfter(phase == "validate" ? 0 : 150);
            }
        };
        var hook = new GraphHook
        {
            Name = "migrate",
            Command = ["sleep", "1"],
            Needs = ["t-listens-late"],
        };
        var run = await RunAsync(Stack, GraphOperation.Restart, plan: new PlanOptions { Hook = hook }, cancellationToken: cancel.Token);

        Assert.True(
            run.Outcome is RunOutcome.Cancelled || (phase == "validate" && run.Outcome == RunOutcome.Done),
            $"{run.Outcome}: {run.Failure}"
        );
        Assert.Empty(run.Left);
        await AssertRunningAsync("t-listens-late", "t-slow-stop", "t-slow-start");
    }

    [Fact]
    public async Task The_answer_to_a_cancellation_comes_within_a_second_and_says_what_is_going_on()
    {
        await UpAsync("t-listens-late", "t-slow-stop", "t-slow-start");
        using var cancel = new CancellationTokenSource();
        var cancelled = DateTime.MaxValue;
        await using var stamp = cancel.Token.Register(() => cancelled = DateTime.UtcNow);
        var answered = DateTime.MaxValue;
        OnEvent = e =>
        {
            if (e is { Kind: RunEventKind.StepStarted, Step: "stop:t-slow-stop" })
            {
                cancel.CancelAfter(300);
            }
            else if (e.Kind == RunEventKind.RollbackStarted)
            {
                answered = DateTime.UtcNow;
            }
        };
        var run = await RunAsync(Stack, GraphOperation.Restart, cancellationToken: cancel.Token);
        var told = string.Join('\n', Events.Select(e => $"{e.Kind} {e.Step} {e.Message}"));
        Pace.AssertWithin(answered - cancelled, TimeSpan.FromSeconds(1));
        Assert.True(
            Events.Exists(e => e.Kind == RunEventKind.Warning && e.Message.StartsWith("Cancelled: rolling back", StringComparison.Ordinal)),
            told
        );
        Assert.True(
            Events.Exists(e => e.Kind == RunEventKind.RollbackStarted && e.Message.Contains("t-slow-stop", StringComparison.Ordinal)),
            told
        );
        Assert.Equal(RunOutcome.Cancelled, run.Outcome);
    }

    [Fact]
    public async Task Cancelled_before_the_first_change_nothing_is_touched()
    {
        await UpAsync("t-plain");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var run = await RunAsync(Graph(Node("t-plain")), GraphOperation.Restart, cancellationToken: new CancellationToken(canceled: true));
        Assert.Equal(RunOutcome.Cancelled, run.Outcome);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
    }
}
