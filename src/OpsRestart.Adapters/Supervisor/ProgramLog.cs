using System.Text;
using OpsRestart.Adapters.Files;

namespace OpsRestart.Adapters.Supervisor;

/// <summary>One log file of a program, read on from where it was left, also over a rotation: supervisord renames it to FILE.1.</summary>
internal sealed class ProgramLog(
    SupervisorLink link,
    ProgramInfo program,
    string path,
    bool isError,
    LogTimestamp stamps,
    LogPosition? from,
    TimeProvider time
)
{
    /// <summary>Of what was logged before, only the end is read.</summary>
    private const int Most = 4 * 1024 * 1024;
    private LogPosition? _at = from;
    private string _rest = "";
    private DateTime? _last;

    /// <summary>The whole lines written since the last call; the first time since the cursor, or the end of what there is.</summary>
    public async Task<IReadOnlyList<ServiceLogEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        var written = DateTime.MinValue;
        string text;
        try
        {
            text = ReadFiles();
            written = File.GetLastWriteTimeUtc(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            text = await AskAsync(cancellationToken).ConfigureAwait(false);
        }

        var lines = (_rest + text).Split('\n');
        _rest = lines[^1];
        var fallback = written > DateTime.UnixEpoch ? written : time.GetUtcNow().UtcDateTime;
        return [.. lines[..^1].Select(line => Entry(line.TrimEnd('\r'), fallback))];
    }

    /// <summary>Where it ends now.</summary>
    public async Task<LogPosition> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            return FileStatus.OfTarget(path) is { } status
                ? new LogPosition(path, status.Inode, new FileInfo(path).Length)
                : new LogPosition(path, 0, await SizeAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LogPosition(path, 0, await SizeAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    private ServiceLogEntry Entry(string line, DateTime written)
    {
        _last = stamps.Read(line) ?? _last;
        return new ServiceLogEntry
        {
            Time = _last ?? written,
            Service = program.Display,
            Message = line,
            Pid = program.Pid > 0 ? program.Pid : null,
            Identifier = program.Name,
            InvocationId = program.InvocationId,
        };
    }

    private string ReadFiles()
    {
        var status = FileStatus.OfTarget(path) ?? throw new FileNotFoundException(path);
        var text = new StringBuilder();
        if (_at is { Inode: > 0 } at && at.Inode != status.Inode)
        {
            if (FileStatus.OfTarget(path + ".1")?.Inode == at.Inode)
            {
                text.Append(ReadFrom(path + ".1", at.Offset, out _));
            }

            _at = new LogPosition(path, status.Inode, 0);
        }

        var length = new FileInfo(path).Length;
        // Without a cursor only the end is looked at; one that was cleared begins anew.
        var offset = _at?.Offset ?? Math.Max(0, length - Most);
        text.Append(ReadFrom(path, offset > length ? 0 : offset, out var end));
        _at = new LogPosition(path, status.Inode, end);
        return text.ToString();
    }

    private static string ReadFrom(string file, long offset, out long end)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(Math.Max(offset, stream.Length - Most), SeekOrigin.Begin);
        var bytes = new byte[Math.Max(0, stream.Length - stream.Position)];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        end = stream.Position;
        return Encoding.UTF8.GetString(bytes, 0, read);
    }

    private async Task<string> AskAsync(CancellationToken cancellationToken)
    {
        var size = await SizeAsync(cancellationToken).ConfigureAwait(false);
        var offset = _at is { } at && at.Offset <= size ? at.Offset : Math.Max(0, size - (Most / 4));
        _at = new LogPosition(path, 0, size);
        return size > offset ? (await TailAsync(offset, (int)(size - offset), cancellationToken).ConfigureAwait(false)).Text : "";
    }

    private async Task<long> SizeAsync(CancellationToken cancellationToken) =>
        (await TailAsync(0, 0, cancellationToken).ConfigureAwait(false)).Size;

    // Its offset is where to begin; what it gives back is the text, the file's size, and whether it has cut.
    private async Task<(string Text, long Size)> TailAsync(long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            var call = isError ? "tailProcessStderrLog" : "tailProcessStdoutLog";
            var answer = await link.CallAsync(call, cancellationToken, program.Id, (int)offset, length).ConfigureAwait(false);
            return answer is List<object> and [string text, int size, ..] ? (text, size) : ("", 0);
        }
        catch (SupervisorFault)
        {
            return ("", 0); // NO_FILE: it logs nowhere, or not yet
        }
    }
}
