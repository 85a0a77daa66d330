using System.Runtime.CompilerServices;
using System.Text;

namespace OpsRestart.Adapters.Files;

/// <summary>
/// New lines of a log file, as they are written: from its present end on, over a rotation (another file takes the name, the old one is read
/// to its end first) and over a truncation. A line counts when it is ended; of a very long one the beginning.
/// </summary>
internal static class FileFollower
{
    private const int LongestLine = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Opens the file where it ends now, before anything is waited for; then read it as long as it matters.</summary>
    /// <exception cref="IOException">It is not there, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IAsyncEnumerable<string> Open(string path, CancellationToken cancellationToken)
    {
        var file = OpenFile(path);
        file.Seek(0, SeekOrigin.End);
        return ReadAsync(path, file, cancellationToken);
    }

    private static async IAsyncEnumerable<string> ReadAsync(
        string path,
        FileStream file,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var (buffer, line) = (new byte[16 * 1024], new MemoryStream());
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                foreach (var ended in Split(buffer.AsMemory(0, read), line))
                {
                    yield return ended;
                }

                if (read == 0)
                {
                    file = await NextAsync(path, file, line).ConfigureAwait(false);
                    await Task.Delay(Pause, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            await line.DisposeAsync().ConfigureAwait(false);
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static List<string> Split(ReadOnlyMemory<byte> bytes, MemoryStream line)
    {
        var ended = new List<string>();
        for (var rest = bytes.Span; rest.Length > 0; )
        {
            var end = rest.IndexOf((byte)'\n');
            var part = end < 0 ? rest : rest[..end];
            line.Write(part[..Math.Min(part.Length, LongestLine - (int)line.Length)]);
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (end >= 0)
            {
                ended.Add(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r'));
                line.SetLength(0);
            }
        }

        return ended;
    }

    /// <summary>At its end: the file that has the name now.</summary>
    private static async Task<FileStream> NextAsync(string path, FileStream file, MemoryStream line)
    {
        if (file.Length < file.Position)
        {
            line.SetLength(0);
            file.Seek(0, SeekOrigin.Begin);
            return file;
        }

        // While a rotation is under way there is none of this name.
        if (FileStatus.OfTarget(path) is not { } now || now.IsSameAs(FileStatus.Of(file.SafeFileHandle)) || file.Position < file.Length)
        {
            return file;
        }

        try
        {
            var next = OpenFile(path);
            line.SetLength(0);
            await file.DisposeAsync().ConfigureAwait(false);
            return next;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return file;
        }
    }

    private static FileStream OpenFile(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
}
