using System.Text.RegularExpressions;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.Probes.Log;

/// <summary>
/// A log file. Which lines are new is told by the time that they carry (see <see cref="LogTimestamp"/>); a line without one, as in a
/// traceback, belongs to the line before it. A file without any times can only be looked at by <c>tail</c>: guessing would pass on the last
/// run's lines.
/// </summary>
internal sealed class FileLogSource(string path, LogProbeOptions options, ProbeContext context, TimeProvider time) : ILogSource
{
    /// <summary>A start that logs more than this before the line in question is not one.</summary>
    private const long WindowBytes = 16 * 1024 * 1024;

    public string Name => path;

    public async Task<LogScan> FindAsync(Regex pattern, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            using var reader = new StreamReader(file);
            if (file.Length > WindowBytes)
            {
                file.Seek(-WindowBytes, SeekOrigin.End);
                await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            }

            return options.Tail is { } tail
                ? await FindInTailAsync(reader, pattern, tail, cancellationToken).ConfigureAwait(false)
                : await FindSinceAsync(reader, pattern, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<LogScan> FindInTailAsync(StreamReader reader, Regex pattern, int tail, CancellationToken cancellationToken)
    {
        var last = new Queue<string>(tail);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (last.Count == tail)
            {
                last.Dequeue();
            }

            last.Enqueue(line);
        }

        return new LogScan(
            last.FirstOrDefault(pattern.IsMatch),
            last.Count,
            string.Create(CultureInfo.InvariantCulture, $"in the last {tail} lines")
        );
    }

    private async Task<LogScan> FindSinceAsync(StreamReader reader, Regex pattern, CancellationToken cancellationToken)
    {
        if ((options.Since ?? context.StartedAt) is not { } floor)
        {
            return new LogScan(null, 0, "", "Nothing was started, so there is no time to look from. Set since: or tail:.");
        }

        var stamps = new LogTimestamp(time);
        var (looked, lines, anyTime, isNew) = (0, 0, false, false);
        var from = LogScan.Since(floor);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            lines += string.IsNullOrWhiteSpace(line) ? 0 : 1;
            if (stamps.IsNew(line, floor) is { } known)
            {
                (anyTime, isNew) = (true, known);
            }

            looked += isNew ? 1 : 0;
            if (isNew && pattern.IsMatch(line))
            {
                return new LogScan(line, looked, from);
            }
        }

        return lines > 0 && !anyTime
            ? new LogScan(
                null,
                0,
                from,
                $"The lines of {path} carry no time, so old and new can't be told apart. Set tail: N to look at its last lines."
            )
            : new LogScan(null, looked, from);
    }
}
