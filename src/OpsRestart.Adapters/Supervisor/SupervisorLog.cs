using System.Runtime.CompilerServices;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>
/// The log files of programs (stdout_logfile, stderr_logfile), read by this process where it may, else by supervisord. A line's time is the
/// one that it carries; a line without one has that of the line before it, or the file's last change. Programs give no priority: all lines
/// are informational.
/// </summary>
internal sealed class SupervisorLog(string? address, TimeProvider time) : IServiceLog, IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);
    private readonly Lazy<SupervisorLink> _link = new(() => new SupervisorLink(SupervisorAddress.Find(address), time));

    /// <exception cref="SupervisorException">ManagerUnavailable, ConnectionFailed, AccessDenied, AuthenticationFailed.</exception>
    public async IAsyncEnumerable<ServiceLogEntry> ReadAsync(
        ServiceLogQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (query.Priority < ServiceLogPriority.Info)
        {
            yield break;
        }

        var cursor = LogCursor.Parse(query.AfterCursor);
        var logs = await OpenAsync(query.Services, cursor, cancellationToken).ConfigureAwait(false);
        var first = new List<ServiceLogEntry>();
        foreach (var log in logs)
        {
            first.AddRange(await log.ReadAsync(cancellationToken).ConfigureAwait(false));
        }

        var wanted = first.Where(e => query.Since is not { } since || e.Time >= since).OrderBy(static e => e.Time).ToList();
        foreach (var entry in query.Tail is { } tail ? wanted.TakeLast(tail) : wanted)
        {
            yield return entry;
        }

        while (query.Follow)
        {
            await Task.Delay(Every, time, cancellationToken).ConfigureAwait(false);
            foreach (var log in logs)
            {
                foreach (var entry in await log.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return entry;
                }
            }
        }
    }

    public async Task<string?> GetCursorAsync(CancellationToken cancellationToken)
    {
        var logs = await OpenAsync([], null, cancellationToken).ConfigureAwait(false);
        var ends = new List<LogPosition>();
        foreach (var log in logs)
        {
            ends.Add(await log.EndAsync(cancellationToken).ConfigureAwait(false));
        }

        return LogCursor.Format(ends);
    }

    public ValueTask DisposeAsync()
    {
        if (_link.IsValueCreated)
        {
            _link.Value.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<List<ProgramLog>> OpenAsync(IReadOnlyList<string> names, LogCursor? cursor, CancellationToken cancellationToken)
    {
        var expanded = NameMatch.Expand(names).ToList();
        var answer = await _link.Value.CallAsync("getAllProcessInfo", cancellationToken).ConfigureAwait(false);
        var stamps = new LogTimestamp(time);
        return
        [
            .. ProgramLooks
                .List(answer, ProgramInfo.Of)
                .Where(p => expanded.Count == 0 || expanded.Any(n => ProgramInfo.IsNamed(p.Id, n)))
                .SelectMany(p => new[] { (Program: p, Path: p.OutputFile, IsError: false), (Program: p, Path: p.ErrorFile, IsError: true) })
                .Where(static l => l.Path is not null)
                .DistinctBy(static l => l.Path)
                .Select(l => new ProgramLog(_link.Value, l.Program, l.Path!, l.IsError, stamps, cursor?.Of(l.Path!), time)),
        ];
    }
}
