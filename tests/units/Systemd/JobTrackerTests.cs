using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Bus;
using OpsRestart.Core.Services;

namespace OpsRestart.Tests.Units.Systemd;

public sealed class JobTrackerTests
{
    private const string Path = "/org/freedesktop/systemd1/job/7";
    private static readonly BusCall Start = SystemdLink.ManagerCall("StartUnit", "web.service", "replace");
    private readonly FakeBus _bus = new();
    private readonly JobTracker _jobs;

    public JobTrackerTests() => _jobs = new SystemdLink(_bus, new SystemdTarget(ServiceScope.System, null), TimeProvider.System).Jobs;

    [Fact]
    public async Task A_job_ends_with_its_signal()
    {
        var run = _jobs.RunAsync(Start, CancellationToken.None);
        _bus.Answer("StartUnit", Path);
        Assert.False(run.IsCompleted);
        _bus.Signal("JobRemoved", 8u, "/org/freedesktop/systemd1/job/8", "other.service", "failed");
        Assert.False(run.IsCompleted);
        _bus.Signal("JobRemoved", 7u, Path, "web.service", "done");
        Assert.Equal("done", (await run).Result);
    }

    [Fact]
    public async Task A_signal_that_comes_before_the_answer_is_not_lost()
    {
        var run = _jobs.RunAsync(Start, CancellationToken.None);
        _bus.Signal("JobRemoved", 7u, Path, "web.service", "done");
        _bus.Answer("StartUnit", Path);
        Assert.Equal("done", (await run).Result);
    }

    [Fact]
    public async Task A_refusal_is_an_error()
    {
        var run = _jobs.RunAsync(Start, CancellationToken.None);
        _bus.Refuse("StartUnit", "org.freedesktop.systemd1.NoSuchUnit");
        Assert.Equal("org.freedesktop.systemd1.NoSuchUnit", (await run).Error!.Name);
    }

    [Theory]
    [InlineData("Reloading", new object[] { false })]
    [InlineData("NameOwnerChanged", new object[] { "org.freedesktop.systemd1", "", ":1.9" })]
    public async Task After_systemd_was_away_a_job_that_is_gone_has_ended(string signal, object[] body)
    {
        var run = _jobs.RunAsync(Start, CancellationToken.None);
        _bus.Answer("StartUnit", Path);
        _bus.Signal(signal, body);
        Assert.Equal([7u], (await _bus.CalledAsync("GetJob")).Arguments);
        Assert.False(run.IsCompleted);
        _bus.Refuse("GetJob", "org.freedesktop.systemd1.NoSuchJob");
        Assert.Equal(JobEnd.Unseen, (await run).Result);
    }

    [Fact]
    public async Task After_systemd_was_away_a_job_that_is_there_goes_on()
    {
        var run = _jobs.RunAsync(Start, CancellationToken.None);
        _bus.Answer("StartUnit", Path);
        _bus.Signal("Reloading", false);
        _bus.Answer("GetJob", Path);
        Assert.False(run.IsCompleted);
        _bus.Signal("JobRemoved", 7u, Path, "web.service", "timeout");
        Assert.Equal(ServiceJobStatus.TimedOut, (await run).Status);
    }

    [Fact]
    public async Task A_lost_connection_ends_the_wait()
    {
        var run = _jobs.RunAsync(Start, CancellationToken.None);
        _bus.Answer("StartUnit", Path);
        _bus.Lose();
        Assert.Equal(BusError.Disconnected, (await run).Error!.Name);
    }

    [Theory]
    [InlineData("waiting", true)]
    [InlineData("running", false)]
    public async Task Cancelling_takes_back_only_what_has_not_begun(string state, bool takenBack)
    {
        using var cancel = new CancellationTokenSource();
        var run = _jobs.RunAsync(Start, cancel.Token);
        _bus.Answer("StartUnit", Path);
        await cancel.CancelAsync();
        await _bus.CalledAsync("Get");
        _bus.Answer("Get", state);
        if (takenBack)
        {
            Assert.Equal([7u], (await _bus.CalledAsync("CancelJob")).Arguments);
            _bus.Answer("CancelJob");
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(_bus.IsCalled("CancelJob"));
    }

    [Theory]
    [InlineData("done", ServiceJobStatus.Done)]
    [InlineData("failed", ServiceJobStatus.Failed)]
    [InlineData("canceled", ServiceJobStatus.Cancelled)]
    [InlineData("collected", ServiceJobStatus.Cancelled)]
    [InlineData("timeout", ServiceJobStatus.TimedOut)]
    [InlineData("dependency", ServiceJobStatus.DependencyFailed)]
    [InlineData("skipped", ServiceJobStatus.Skipped)]
    [InlineData("once", ServiceJobStatus.Unchanged)]
    [InlineData("invalid", ServiceJobStatus.Failed)]
    [InlineData("assert", ServiceJobStatus.Failed)]
    [InlineData("something new", ServiceJobStatus.Failed)]
    public void systemd_s_words_for_the_end_of_a_job(string word, object expected) => Assert.Equal(expected, new JobEnd(word, null).Status);
}
