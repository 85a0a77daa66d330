using System.Text.Json;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Adapters.Systemd.Schedules;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;
using OpsRestart.Tests.System.Runs;

namespace OpsRestart.Tests.System.Schedules;

/// <summary>Timers of a real systemd that run the real command.</summary>
public sealed class ScheduleTests : RunTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("opsrestart-schedule-").FullName;

    [Fact]
    public async Task The_timer_runs_the_graph_and_the_journal_has_the_result_with_its_id()
    {
        await UpAsync("t-plain");
        await WriteGraphAsync("");
        var store = await StoreAsync();
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var made = await store.RegisterAsync(Schedule("*:*:0/2"), Program, default);
        try
        {
            Assert.True(made.Active);
            Assert.NotNull(made.Next);
            await Eventually.IsTrueAsync(async () => await Systemctl.ShowAsync("t-plain", "InvocationID") != before, Soon, "a restart");
            await Eventually.IsTrueAsync(async () => (await OneAsync(store)) is { LastExitCode: 0, Last: not null }, Soon, "a result");
            var entry = await JournalAsync("Done");

            Assert.Matches("^[0-9]{8}-[0-9]{6}-[0-9a-f]{6}$", entry.GetProperty("OPSRESTART_RUN").GetString());
            Assert.Contains(entry.GetProperty("OPSRESTART_RUN").GetString()!, entry.GetProperty("MESSAGE").GetString());
        }
        finally
        {
            await EndAsync(store, made);
        }

        Assert.Empty(Directory.GetFiles(ScheduleStore.UnitFolder, "opsrestart-t-schedule*", SearchOption.AllDirectories));
        Assert.Empty(await store.ListAsync(["t-schedule"], default));
        Assert.Equal("not-found", await Systemctl.ShowAsync("opsrestart-t-schedule.timer", "LoadState"));
    }

    [Fact]
    public async Task It_is_skipped_with_an_exit_code_of_its_own_while_a_lock_exists_and_runs_when_that_is_gone()
    {
        await UpAsync("t-plain");
        await WriteGraphAsync("");
        var blocked = Path.Combine(_folder, "a deploy's lock 100%");
        await File.WriteAllTextAsync(blocked, "");
        var store = await StoreAsync();
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var made = await store.RegisterAsync(Schedule("*:*:0/2") with { SkipIf = [blocked] }, Program, default);
        try
        {
            await Eventually.IsTrueAsync(async () => (await OneAsync(store)).LastExitCode == 8, Soon, "a skipped run");
            Assert.NotEqual("failed", await Systemctl.ShowAsync("opsrestart-t-schedule.service", "ActiveState"));
            Assert.Contains(blocked, (await JournalAsync("Skipped")).GetProperty("MESSAGE").GetString());
            Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
            Assert.Equal([blocked], (await OneAsync(store)).SkipIf);

            File.Delete(blocked);
            await Eventually.IsTrueAsync(async () => await Systemctl.ShowAsync("t-plain", "InvocationID") != before, Soon, "a restart");
        }
        finally
        {
            await EndAsync(store, made);
        }
    }

    [Fact]
    public async Task A_run_by_the_wrong_user_is_refused_and_names_the_right_one()
    {
        await UpAsync("t-plain");
        await WriteGraphAsync("user: nobody\n");
        var before = await Systemctl.ShowAsync("t-plain", "InvocationID");
        var run = await Cli.Command.RunAsync(_folder, "restart", "t-schedule");

        Assert.Equal(6, run.ExitCode);
        Assert.Contains("run by 'nobody', not by 'root'", run.Errors, StringComparison.Ordinal);
        Assert.Contains("sudo -u nobody", run.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await Systemctl.ShowAsync("t-plain", "InvocationID"));
    }

    [Fact]
    public async Task A_time_that_systemd_does_not_understand_and_a_unit_of_somebody_else_are_refused()
    {
        var store = await StoreAsync();
        var wrong = await Assert.ThrowsAsync<OpsRestartException>(() => store.RegisterAsync(Schedule("Sunday at six"), Program, default));
        Assert.Equal(OpsError.InvalidArgument, wrong.Error);
        Assert.Contains("Sunday at six", wrong.Message, StringComparison.Ordinal);

        var foreign = Path.Combine(ScheduleStore.UnitFolder, "opsrestart-t-schedule.timer");
        await File.WriteAllTextAsync(foreign, "[Timer]\nOnCalendar=yearly\n");
        try
        {
            var taken = await Assert.ThrowsAsync<OpsRestartException>(() => store.RegisterAsync(Schedule("Sun 06:00"), Program, default));
            Assert.Contains("was not made by", taken.Message, StringComparison.Ordinal);
            Assert.Equal("[Timer]\nOnCalendar=yearly\n", await File.ReadAllTextAsync(foreign));
        }
        finally
        {
            File.Delete(foreign);
        }
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "OpsRestart.Cli");

    private ServiceGraphSchedule Schedule(string calendar) =>
        new()
        {
            Name = ScheduleStore.Prefix + "t-schedule",
            Graph = Path.Combine(_folder, "t-schedule.yml"),
            Operation = GraphOperation.Restart,
            Calendar = calendar,
        };

    private Task WriteGraphAsync(string more) =>
        File.WriteAllTextAsync(
            Path.Combine(_folder, "t-schedule.yml"),
            $"graph: t-schedule\n{more}services:\n  plain: {{ unit: t-plain, stableFor: 100ms }}\n"
        );

    private async Task<ScheduleStore> StoreAsync() =>
        Session.Schedules((SystemdServiceManager)await Session.Services.GetManagerAsync(ManagerTarget.Here, default));

    private static async Task<ServiceGraphSchedule> OneAsync(ScheduleStore store) =>
        Assert.Single(await store.ListAsync(["t-schedule"], default));

    private static async Task<JsonElement> JournalAsync(string outcome)
    {
        var line = "";
        await Eventually.IsTrueAsync(
            async () =>
                (
                    line = await Shell.BashAsync(
                        $"journalctl --output json -n 1 OPSRESTART_GRAPH=t-schedule OPSRESTART_OUTCOME={outcome} 2>/dev/null || true"
                    )
                ) != "",
            Soon,
            "a line in the journal"
        );
        return JsonDocument.Parse(line).RootElement.Clone();
    }

    /// <summary>Takes the timer away, and lets a run that it has begun come to its end: the next test has the same service.</summary>
    private static async Task EndAsync(ScheduleStore store, ServiceGraphSchedule made)
    {
        await store.UnregisterAsync(made, default);
        await Eventually.IsTrueAsync(
            async () => await Systemctl.ShowAsync("opsrestart-t-schedule.service", "ActiveState") is "inactive" or "failed",
            Soon,
            "the end of a run"
        );
    }
}
