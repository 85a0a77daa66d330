using System.Diagnostics;
using OpsRestart.Adapters.Systemd;
using OpsRestart.Core.Services;
using OpsRestart.Tests.System.Harness;

namespace OpsRestart.Tests.System.Systemd;

public sealed class JournalTests : SystemdTest
{
    private readonly SystemdJournal _journal = new(ServiceScope.System, null);

    [Fact]
    public async Task After_a_cursor_come_the_unit_s_own_lines_and_the_manager_s_about_it()
    {
        var cursor = await _journal.GetCursorAsync(Token);
        await Manager.StartAsync("t-fail-start", Token);
        var entries = await UntilAsync(
            "t-fail-start",
            cursor,
            entry => entry.Message.Contains("Failed with result", StringComparison.Ordinal)
        );

        var own = Assert.Single(entries, entry => entry.Message == "no such setting: colour");
        Assert.Equal(ServiceLogPriority.Error, own.Priority);
        Assert.Equal("t-fail-start", own.Service);
        Assert.NotEqual(1, own.Pid);
        var about = Assert.Single(entries, entry => entry.Message.Contains("Failed with result", StringComparison.Ordinal));
        Assert.Equal("t-fail-start", about.Service);
        Assert.Equal(1, about.Pid);
        Assert.NotNull(about.InvocationId);
        Assert.All(entries, entry => Assert.InRange(entry.Time, DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddSeconds(1)));
        Assert.Equal(entries.OrderBy(entry => entry.Time).Select(entry => entry.Cursor), entries.Select(entry => entry.Cursor));
    }

    [Fact]
    public async Task Priority_tail_and_since_choose_lines()
    {
        var before = DateTime.UtcNow;
        var cursor = await _journal.GetCursorAsync(Token);
        await Manager.StartAsync("t-logs", Token);
        await UntilAsync("t-logs", cursor, entry => entry.Message.Contains("Deactivated", StringComparison.Ordinal));

        var errors = await ReadAsync(
            new ServiceLogQuery
            {
                Services = ["t-logs"],
                AfterCursor = cursor,
                Priority = ServiceLogPriority.Error,
            }
        );
        Assert.Equal(
            [ServiceLogPriority.Emergency, ServiceLogPriority.Alert, ServiceLogPriority.Critical, ServiceLogPriority.Error],
            errors.Select(entry => entry.Priority).Order()
        );

        var all = await ReadAsync(new ServiceLogQuery { Services = ["t-logs"], AfterCursor = cursor });
        var tail = await ReadAsync(new ServiceLogQuery { Services = ["t-log?"], Tail = 3 });
        Assert.Equal(all.TakeLast(3).Select(entry => entry.Cursor), tail.Select(entry => entry.Cursor));
        Assert.Equal(
            tail.Select(entry => entry.Cursor),
            (
                await ReadAsync(
                    new ServiceLogQuery
                    {
                        Services = ["t-logs"],
                        Tail = 3,
                        AfterCursor = cursor,
                    }
                )
            ).Select(entry => entry.Cursor)
        );

        Assert.Equal(
            all.Select(entry => entry.Cursor),
            (await ReadAsync(new ServiceLogQuery { Services = ["t-logs"], Since = before })).Select(entry => entry.Cursor)
        );
        Assert.Empty(await ReadAsync(new ServiceLogQuery { Services = ["t-logs"], Since = DateTime.UtcNow.AddMinutes(1) }));
        Assert.Empty(await ReadAsync(new ServiceLogQuery { Services = ["no-such-*"] }));
        Assert.Empty(await ReadAsync(new ServiceLogQuery { Services = ["no-such-unit"], Tail = 5 }));
    }

    [Fact]
    public async Task Following_gives_new_lines_soon_and_ends_at_once_when_cancelled()
    {
        await Manager.StartAsync("t-logs-steadily", Token);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var seen = new List<ServiceLogEntry>();
        var clock = new Stopwatch();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (
                var entry in _journal.ReadAsync(
                    new ServiceLogQuery
                    {
                        Services = ["t-logs-steadily"],
                        Follow = true,
                        Tail = 0,
                    },
                    cancel.Token
                )
            )
            {
                seen.Add(entry);
                Pace.AssertWithin(DateTime.UtcNow - entry.Time, TimeSpan.FromSeconds(2));
                if (seen.Count == 10)
                {
                    clock.Start();
                    await cancel.CancelAsync();
                }
            }
        });
        Pace.AssertWithin(clock.Elapsed, TimeSpan.FromMilliseconds(300));
        Assert.InRange(seen.Count, 10, 12);
    }

    [Fact]
    public async Task Following_begins_with_units_that_never_logged()
    {
        await using var units = await Units.InstallAsync(("t-new-logger", Units.Service("/bin/echo hello")));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var first = FirstAsync(
            new ServiceLogQuery
            {
                Services = ["t-new-logger"],
                Follow = true,
                Tail = 0,
            },
            entry => entry.Message == "hello",
            limit.Token
        );
        await Manager.StartAsync("t-new-logger", Token);
        Assert.Equal("t-new-logger", (await first).Service);
    }

    [Fact]
    public async Task A_text_that_is_no_cursor_is_refused()
    {
        var failure = await Assert.ThrowsAsync<SystemdException>(() =>
            ReadAsync(new ServiceLogQuery { Services = ["t-logs"], AfterCursor = "nonsense" })
        );
        Assert.Equal(OpsError.InvalidArgument, failure.Error);
    }

    private async Task<List<ServiceLogEntry>> ReadAsync(ServiceLogQuery query)
    {
        var entries = new List<ServiceLogEntry>();
        await foreach (var entry in _journal.ReadAsync(query, Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private async Task<ServiceLogEntry> FirstAsync(ServiceLogQuery query, Func<ServiceLogEntry, bool> condition, CancellationToken limit)
    {
        await foreach (var entry in _journal.ReadAsync(query, limit))
        {
            if (condition(entry))
            {
                return entry;
            }
        }

        throw new InvalidOperationException("the log ended");
    }

    // journald writes a moment after the job has ended.
    private async Task<List<ServiceLogEntry>> UntilAsync(string unit, string? cursor, Func<ServiceLogEntry, bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var entries = new List<ServiceLogEntry>();
        await foreach (
            var entry in _journal.ReadAsync(
                new ServiceLogQuery
                {
                    Services = [unit],
                    AfterCursor = cursor,
                    Follow = true,
                },
                limit.Token
            )
        )
        {
            entries.Add(entry);
            if (condition(entry))
            {
                break;
            }
        }

        return entries;
    }
}
