using System.Text.RegularExpressions;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.Composition;

/// <summary>Follows journals and files at the same time, and judges each line.</summary>
/// <param name="services">Where the journals are.</param>
/// <param name="fail">Lines that must not come.</param>
/// <param name="allow">Of those the ones that may.</param>
/// <param name="time">The clock.</param>
internal sealed class LogWatch(IServiceHost services, IReadOnlyList<Regex> fail, IReadOnlyList<Regex> allow, TimeProvider time)
{
    /// <summary>Ends by the token alone, which is no error. The first source that can't be read any more ends it.</summary>
    /// <param name="logs">Services, by their manager.</param>
    /// <param name="priority">Of journals only lines this urgent or more.</param>
    /// <param name="files">Log files.</param>
    /// <param name="told">Takes each line; several may come at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(
        IReadOnlyList<(ManagerTarget Target, IReadOnlyList<string> Names)> logs,
        ServiceLogPriority priority,
        IReadOnlyList<string> files,
        Func<WatchedLogLine, Task> told,
        CancellationToken cancellationToken
    )
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // All files are opened before anything is waited for: nothing that is written from now on is missed.
        var lines = files.Select(f => (Path: f, Lines: FileFollower.Open(f, broken.Token))).ToList();
        var sources = lines
            .Select(f => FollowAsync(f.Path, f.Lines, told))
            .Concat(logs.Select(l => FollowAsync(l.Target, l.Names, priority, told, broken.Token)))
            .ToList();
        var first = await Task.WhenAny(sources).ConfigureAwait(false);
        await broken.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(sources).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellationToken.IsCancellationRequested)
        {
            await first.ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(string path, IAsyncEnumerable<string> lines, Func<WatchedLogLine, Task> told)
    {
        await foreach (var line in lines.ConfigureAwait(false))
        {
            await told(
                    Judge(
                        new WatchedLogLine
                        {
                            Source = path,
                            Time = time.GetUtcNow().UtcDateTime,
                            Message = line,
                        }
                    )
                )
                .ConfigureAwait(false);
        }
    }

    private async Task FollowAsync(
        ManagerTarget target,
        IReadOnlyList<string> names,
        ServiceLogPriority priority,
        Func<WatchedLogLine, Task> told,
        CancellationToken cancellationToken
    )
    {
        var log = await services.GetLogAsync(target, cancellationToken).ConfigureAwait(false);
        var query = new ServiceLogQuery
        {
            Services = names,
            Priority = priority,
            Tail = 0,
            Follow = true,
        };
        await foreach (var entry in log.ReadAsync(query, cancellationToken).ConfigureAwait(false))
        {
            var line = new WatchedLogLine
            {
                Source = entry.Service,
                Time = entry.Time,
                Priority = entry.Priority,
                Message = entry.Message,
            };
            await told(Judge(line)).ConfigureAwait(false);
        }
    }

    private WatchedLogLine Judge(WatchedLogLine line) =>
        line with
        {
            IsFailure = fail.Any(f => f.IsMatch(line.Message)) && !allow.Any(a => a.IsMatch(line.Message)),
            Advice = LogAdvice.Of(line.Message),
        };
}
